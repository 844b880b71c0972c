//! A table for the terminal: heads, rows, notes under it.
//! Called by `report`.
//! Always holds: the first column is left-aligned, the others are figures.

use std::fmt;

/// Rows under heads.
#[derive(Default)]
pub struct Table {
    title: String,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    /// With a title and heads.
    pub fn new(title: impl Into<String>, heads: &[&str]) -> Table {
        Table {
            title: title.into(),
            rows: vec![heads.iter().map(|head| (*head).to_owned()).collect()],
            notes: Vec::new(),
        }
    }

    /// Another row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl fmt::Display>) {
        self.rows.push(cells.into_iter().map(|cell| cell.to_string()).collect());
    }

    /// A line under the table.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        writeln!(f, "\n{}", self.title)?;
        for row in &self.rows {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let width = *width;
                if column == 0 {
                    write!(f, "  {cell:<width$}")?;
                } else {
                    write!(f, "  {cell:>width$}")?;
                }
            }
            writeln!(f)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}
