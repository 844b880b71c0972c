//! A timeline as text: every episode with its probabilities, what speaks for and against it, the rules, and the notices.
//! Called by the `locate` command for people who debug.
//! Always holds: what it prints is in the timeline; the same timeline gives the same text.

use std::fmt::{self, Write as _};

use chrono::{DateTime, Utc};

use super::{Episode, Evidence, Notice, Ramp, Severity, State, Timeline};

/// Less than this rounds to nothing.
const LEAST: f64 = 0.005;

/// The timeline, told from its first episode to its last.
pub(super) fn told(timeline: &Timeline, more: &[Notice]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, timeline, more);
    text
}

fn write(text: &mut String, timeline: &Timeline, more: &[Notice]) -> fmt::Result {
    writeln!(
        text,
        "As known at {}, judgement {}",
        time(timeline.as_of),
        timeline.judgement
    )?;
    let home = timeline.home_place.as_ref().map_or("unknown", |place| &place.name);
    writeln!(text, "Home: {home} {:.2} when nothing says otherwise", timeline.home_p)?;
    for outing in &timeline.outings {
        let place = outing
            .destination
            .as_ref()
            .map_or("an unknown place", |place| &place.name);
        let (from, until) = (time(outing.from), time(outing.until));
        writeln!(text, "Trip: {place}, {from} to {until} ({})", outing.trips.join(", "))?;
    }
    let mut before: &[_] = &[];
    for episode in &timeline.episodes {
        write!(
            text,
            "\n{} to {}  {}",
            time(episode.from),
            time(episode.until),
            state(episode.state)
        )?;
        text.push_str(if episode.conflict {
            ", places far apart are possible\n"
        } else {
            "\n"
        });
        masses(text, episode)?;
        if !episode.evidence.is_empty() && episode.evidence == before {
            writeln!(text, "    for the same reasons")?;
        } else {
            writeln!(text, "    {}", episode.account(timeline.as_of).text())?;
            episode.evidence.iter().try_for_each(|reason| evidence(text, reason))?;
        }
        before = &episode.evidence;
    }
    if timeline.episodes.is_empty() {
        writeln!(text, "\nNo booking says anything of them.")?;
    }
    let notices = timeline.notices.iter().chain(more);
    notices.enumerate().try_for_each(|(number, notice)| {
        text.push_str(if number == 0 { "\nNotices\n" } else { "" });
        self::notice(text, notice)
    })?;
    for (number, missing) in timeline.opportunities.iter().enumerate() {
        text.push_str(if number == 0 { "\nOpportunities\n" } else { "" });
        let to = missing.to.map_or_else(|| "open".to_owned(), |day| day.to_string());
        let past = if missing.active { "" } else { " (covered or past)" };
        writeln!(
            text,
            "    {} in {}, {} to {to}{past}: {}",
            missing.kind, missing.city, missing.from, missing.says
        )?;
    }
    Ok(())
}

fn masses(text: &mut String, episode: &Episode) -> fmt::Result {
    let mut line = |name: &str, p: Ramp, more: &str| {
        if p.max() < LEAST {
            return Ok(());
        }
        let change = if (p.from - p.until).abs() < LEAST {
            format!("{:.2}", p.from)
        } else {
            format!("{:.2} → {:.2}", p.from, p.until)
        };
        writeln!(text, "    {change:<13} {name}{more}")
    };
    for hypothesis in &episode.hypotheses {
        let place = &hypothesis.place;
        let country = place.country.as_deref().unwrap_or("several countries");
        let venue = hypothesis.venue.as_ref().map_or_else(String::new, |(venue, share)| {
            format!(", {:.2} of it {}", share, venue.name)
        });
        let grade = format!("{:?}", hypothesis.grade).to_lowercase();
        line(
            &format!("{}, {country}", place.name),
            hypothesis.p,
            &format!(" ({grade}){venue}"),
        )?;
    }
    line("home", episode.home, "")?;
    let leg = episode
        .move_
        .as_ref()
        .map_or_else(String::new, |leg| format!(", {} → {}", leg.from.name, leg.to.name));
    line("on the way", episode.in_transit, &leg)?;
    line("unknown", episode.unknown, "")
}

fn evidence(text: &mut String, evidence: &Evidence) -> fmt::Result {
    let sign = if evidence.against { "against" } else { "for" };
    let Evidence {
        says,
        source,
        booking,
        segment,
        ..
    } = evidence;
    let changed = evidence
        .modified
        .map_or_else(String::new, |at| format!(", changed {}", time(at)));
    let rules = evidence.rules.join(" ");
    writeln!(text, "    {sign:<7} {says}")?;
    writeln!(
        text,
        "            {segment} of {booking}, trip {}, {source}{changed}; {rules}",
        evidence.trip
    )
}

fn notice(text: &mut String, notice: &Notice) -> fmt::Result {
    let severity = match notice.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let segment = notice
        .segment
        .as_deref()
        .map_or_else(String::new, |segment| format!(" {segment}"));
    let booking = notice
        .booking
        .map_or_else(String::new, |number| format!(" booking {number}"));
    writeln!(
        text,
        "    {severity:<7} {}, trip {}{booking}{segment}: {}",
        notice.code, notice.trip, notice.message
    )
}

fn time(at: DateTime<Utc>) -> impl fmt::Display {
    at.format("%Y-%m-%d %H:%MZ")
}

fn state(state: State) -> &'static str {
    match state {
        State::Home => "at home",
        State::PreDeparture => "about to leave",
        State::InTransit => "on the way",
        State::Connection => "changing",
        State::Stopover => "stopping over",
        State::Stay => "staying",
        State::PostArrival => "just arrived",
        State::Unknown => "unknown",
    }
}
