//! Figures and how they are told.

/// The value below which a share of some figures lies.
pub fn at(figures: &[f64], share: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.max(1) - 1).copied().unwrap_or(f64::NAN)
}

/// A row of milliseconds: how many, median, p95, p99, the longest.
pub fn spread(what: &str, times: &[f64]) {
    println!(
        "| {what} | {} | {:.2} | {:.2} | {:.2} | {:.2} |",
        times.len(),
        at(times, 0.5),
        at(times, 0.95),
        at(times, 0.99),
        at(times, 1.0)
    );
}

/// The head of a table of such rows.
pub fn spreads(of: &str) {
    println!(
        "\n| {of} | times asked | median ms | p95 ms | p99 ms | most ms |\n|---|---|---|---|---|---|"
    );
}
