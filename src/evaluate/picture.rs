//! The reliability diagram as a picture: said against seen, one dot a bin, as large as the bin is (R265).
//! Called by `make evaluate`.
//! Always holds: plain SVG without scripts; the same diagram gives the same bytes.

use std::fmt::Write as _;

use super::reliability::Diagram;

/// An SVG of named diagrams in one frame.
pub fn reliability(diagrams: &[(&str, &Diagram)]) -> String {
    const COLOURS: [&str; 3] = ["#0b6bcb", "#c2410c", "#047857"];
    let (side, left, top) = (480.0, 60.0, 50.0);
    let x = |p: f64| left + p * side;
    let y = |p: f64| top + (1.0 - p) * side;
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 600 620\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"600\" height=\"620\" fill=\"#ffffff\"/>\n\
         <text x=\"60\" y=\"28\" font-size=\"16\" font-weight=\"bold\">Said and seen: how often answers were right</text>\n",
    );
    for tenth in 0..=10 {
        let p = f64::from(tenth) / 10.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{:.1} {:.1}V{:.1}M{:.1} {:.1}H{:.1}\" stroke=\"#e2e8f0\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{p:.1}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{p:.1}</text>",
            x(p),
            y(0.0),
            y(1.0),
            x(0.0),
            y(p),
            x(1.0),
            x(p),
            y(0.0) + 18.0,
            x(0.0) - 8.0,
            y(p) + 4.0
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#64748b\" stroke-dasharray=\"4 4\"/>\
         <text x=\"300\" y=\"572\" text-anchor=\"middle\">said: probability of the most probable class</text>\
         <text transform=\"translate(16 290) rotate(-90)\" text-anchor=\"middle\">seen: share that was right</text>",
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    for (nth, (name, diagram)) in diagrams.iter().enumerate() {
        let colour = COLOURS[nth % COLOURS.len()];
        let bins = diagram.bins(15);
        let points: Vec<String> = bins
            .iter()
            .map(|bin| format!("{:.1},{:.1}", x(bin.said), y(bin.seen)))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-opacity=\"0.5\"/>",
            points.join(" ")
        );
        for bin in &bins {
            let share = bin.n / diagram.n().max(1.0);
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"{colour}\" fill-opacity=\"0.7\"><title>n {:.0}, said {:.3}, seen {:.3}</title></circle>",
                x(bin.said),
                y(bin.seen),
                3.0 + 12.0 * share.sqrt(),
                bin.n,
                bin.said,
                bin.seen
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"600\" fill=\"{colour}\">● {name}: n {:.0}, ECE {:.3}</text>",
            60.0 + 260.0 * nth as f64,
            diagram.n(),
            diagram.ece()
        );
    }
    svg.push_str("</svg>\n");
    svg
}
