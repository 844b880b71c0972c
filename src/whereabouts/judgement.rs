//! Every number that is judgement: priors, half-lives, windows, radii. One file, one version, each with its rule.
//! Read by every other file of this room; the quality pages print the version beside each calibration.
//! Always holds: changing a number here, or what a rule does, changes `version`: stored answers tell which judgement made them,
//! and are made anew by a newer one.

use serde::Serialize;

/// The numbers behind the rules. Probabilities are 0..=1; the field names carry the other units.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// Goes up with every change of a number below.
    pub version: u32,

    /// R140: prior of S0 … S5 (void, intent, passive or parsed, confirmed, ticketed, flown).
    pub class_prior: [f64; 6],
    /// R141, R112: how far a correlated second source moves p towards the next class.
    pub correlated_step: f64,
    /// R182: no city from one source above this.
    pub cap_one_source: f64,
    /// R182: nothing above this.
    pub cap_any: f64,
    /// R192: no city above this from intent (S1) alone.
    pub cap_intent: f64,

    /// §6.1: what a changed schedule is still worth.
    pub times_changed: f64,
    /// §6.1: waitlisted.
    pub waitlisted: f64,
    /// §6.1: a cancellation was asked for.
    pub cancel_pending: f64,
    /// R83: half-life of a passive segment in days, and the lowest p.
    pub passive_half_life_days: f64,
    /// R83: the lowest p of a passive segment that age alone can reach.
    pub passive_floor: f64,
    /// R94: half-life in days of sources that never update themselves.
    pub stale_half_life_days: f64,
    /// Untouched for so many days before it starts: notice `stale_source`.
    pub stale_days: i64,
    /// R94: lowest factor.
    pub stale_floor: f64,
    /// R89: unticketed air within a day of departure.
    pub unticketed: f64,
    /// R91: all proposals of a batch together.
    pub proposal: f64,
    /// R91: all booked proposals of a batch together.
    pub booked_proposal: f64,
    /// R93: an approved travel request.
    pub request_approved: f64,
    /// R93: a rejected or withdrawn request.
    pub request_rejected: f64,
    /// R93: a request whose date passed and nothing was booked.
    pub request_passed: f64,
    /// R82: presence at the destination when its leg is void but the trip goes on.
    pub intent_after_void: f64,
    /// R82: a return leg whose outbound leg is void, as long as nobody cancelled it.
    pub return_after_void: f64,
    /// R82: of a leg whose way there is void, the least share that counts as held when the wish behind it is looked for.
    pub least_held: f64,
    /// R88: how much a ticket that names another place counts beside its segment.
    pub ticket_elsewhere: f64,
    /// R66: a place taken over from the leg before.
    pub place_inferred: f64,

    /// R120: the owner when none of the passengers is the owner.
    pub not_owner: f64,
    /// R123: an imported trip without a name beside a stronger path.
    pub foreign_import: f64,

    /// R104: weight of the alternative that was modified last.
    pub newer_weight: f64,
    /// R116: the same after churning.
    pub newer_weight_churning: f64,
    /// R104: weight of a ticketed alternative.
    pub ticketed_weight: f64,
    /// R104: alternatives share by p to this power (strength classes, R183).
    pub share_power: f64,
    /// R101: two departures this close are one movement, minutes.
    pub same_departure_min: i64,
    /// R106: departures from one region this close exclude each other, hours.
    pub exclusive_departure_h: i64,
    /// R106: how far apart the airports of one region may be, km.
    pub exclusive_radius_km: f64,
    /// R108: how alike two hotel names are that mean one hotel, 0..=1.
    pub hotel_name_alike: f64,
    /// R108: two pins of one hotel, km.
    pub hotel_same_km: f64,
    /// R116: cancel-and-rebook cycles beyond which it is churning.
    pub churning_cycles: usize,
    /// R117: paths kept per window.
    pub max_paths: usize,
    /// R13: segments of one document that are looked at, those around today first. Nobody's trip has more; whoever sends more
    /// does not make everybody wait.
    pub max_segments: usize,

    /// R159: at home when nothing says otherwise, with a known home.
    pub home_known: f64,
    /// R159: the same when the home is only guessed from the last trip's origin.
    pub home_guessed: f64,
    /// R160: share of lost presence that is back home; the rest is unknown.
    pub lost_to_home: f64,
    /// R160: half-life after a one-way arrival or the last check-out, hours.
    pub decay_h: f64,
    /// R160: the same once the stay is longer than this traveler's usual stays, hours.
    pub decay_overdue_h: f64,
    /// R160: a traveler's usual stay is as long as this share of the stays that are known, 0..=1.
    pub usual_stay_share: f64,
    /// R160: with an open return ticket (R33), hours.
    pub decay_open_return_h: f64,
    /// R160: presence where nothing led away from is not forgotten below this …
    pub floor_p: f64,
    /// R160: … for so many days.
    pub floor_days: i64,
    /// R160, R263: whoever has a way home that nobody saw them take may have stayed where they were, with at least this …
    pub overstay_p: f64,
    /// … for so many hours after they should be home …
    pub overstay_h: f64,
    /// … in which home is not above this (R262).
    pub cap_unseen_home: f64,
    /// R171: still where a flight leaves that does not fly …
    pub stranded: f64,
    /// R171: … for so many hours.
    pub stranded_h: i64,
    /// R155: of those who do not take a leg, the share that is still where it leaves; the rest is unknown.
    pub left_behind: f64,
    /// Of the mass that a leg does not explain, the least share that stays where the leg leaves: somebody may miss it.
    pub missed: f64,
    /// R161: presence before a return leg without an outbound one, at departure.
    pub lead: f64,
    /// R161: half-life backwards, hours.
    pub lead_h: f64,
    /// R149: from so many hours before the onward leg on its p counts.
    pub onward_ramp_h: f64,
    /// R149: a stay that no bed supports is held so many days after its first leg and before its last …
    pub unsupported_days: i64,
    /// … and then fades with this half-life, days.
    pub unsupported_half_life_days: f64,
    /// R153: of a lodged traveler's p, by day in the city.
    pub lodged_by_day: f64,
    /// R156: a stay without transport that can be reached without a booking.
    pub stay_reachable: f64,
    /// R156: a stay without transport further away.
    pub stay_far: f64,
    /// R156: what "can be reached without a booking" means, km.
    pub stay_reachable_km: f64,
    /// R152: a stay between two legs that leave the way there open.
    pub stay_open_jaw: f64,
    /// R157: a hotel whose flights were all cancelled.
    pub orphan_hotel: f64,
    /// R49: overnight p of a stay that ends on the day it starts.
    pub day_use_overnight: f64,
    /// R164: a rental car alone: around the city, and in it.
    pub car_region: f64,
    /// R164: of that, in the city itself.
    pub car_city: f64,
    /// R166: most that a contradicting dinner, ride or parking takes away.
    pub point_conflict: f64,
    /// R162: ramps around a stay without legs, hours in all.
    pub half_day_h: f64,
    /// R151: a gap longer than this is a missing leg, km.
    pub missing_leg_km: f64,
    /// A stay this near needs no transport (R156), km.
    pub neighbour_km: f64,

    /// R54: minimum connecting time, minutes: domestic, international, another airport of the city.
    pub mct_min: [i64; 3],
    /// R54: what is left of p(leg) when there is no time at all.
    pub impossible_connection: f64,
    /// R146: up to here every stop is a connection, hours.
    pub connection_h: i64,
    /// R146, R147: from here on it is a stay, hours.
    pub stopover_h: i64,

    /// R27: allowance when nobody flies the route without a stop, hours.
    pub connection_allowance_h: i64,
    /// R27: beyond this no non-stop flight is plausible, km.
    pub longest_non_stop_km: f64,
    /// R46: fastest average speed of an aircraft, km/h.
    pub max_speed_air_kmh: f64,
    /// R145: an untimed leg never shows more in transit than this.
    pub untimed_transit: f64,
    /// R5, R52: share of the printed time where UTC or the clock change contradicts it.
    pub printed_time: f64,
    /// R16: sold ahead at most, days after booking.
    pub far_future_days: i64,
    /// R30: a segment this long after the last real one only keeps the record alive, days.
    pub retention_days: i64,
    /// R31: this near to other segments it is intent all the same, days.
    pub retention_near_days: i64,
    /// R98: how long a deleted trip waits for its successor, minutes.
    pub delete_grace_min: i64,

    /// R143: at the terminal before departure, minutes: international air, domestic air, rail, road, sea.
    pub terminal_before_min: [i64; 5],
    /// R144: at the terminal after arrival, minutes, in the same order.
    pub terminal_after_min: [i64; 5],
    /// R143: the hours before a departure from home.
    pub pre_departure_h: i64,
    /// R180: within the terminal's window, p(terminal) of p(city).
    pub at_terminal: f64,
    /// R153: lodged at night, p(hotel) of p(city).
    pub in_hotel_by_night: f64,
    /// R153: the same by day.
    pub in_hotel_by_day: f64,

    /// R196: radii in km: venue with coordinates, airport, city, metropolitan area.
    pub radius_km: [f64; 4],
    /// R197: half-width of the corridor, km, and its share of the distance.
    pub corridor_km: f64,
    /// R197: share of the distance that the corridor widens by in its middle.
    pub corridor_share: f64,
    /// R198: a drive region's greatest radius, km.
    pub drive_max_km: f64,
    /// R198: driving speed, km/h.
    pub drive_kmh: f64,
    /// R153: day-trip radius, km.
    pub day_trip_km: f64,

    /// R186: the answer is the smallest region of at least this p.
    pub answer_p: f64,
    /// R187: the second hypothesis is a conflict from this p …
    pub conflict_p: f64,
    /// R187: … and this distance on, km.
    pub conflict_km: f64,
    /// R190: listed at all.
    pub listed_p: f64,
    /// R184: probable.
    pub probable_p: f64,
    /// R190: inbound and left look so many hours ahead and back.
    pub exposure_near_h: i64,
    /// R191: departing and arriving within so many hours counts as being there.
    pub exposure_terminal_h: i64,
}

impl Judgement {
    /// The expert values before calibration (R277).
    pub const CURRENT: Judgement = Judgement {
        version: 5,
        class_prior: [0.02, 0.60, 0.80, 0.92, 0.96, 0.99],
        correlated_step: 0.20,
        cap_one_source: 0.95,
        cap_any: 0.99,
        cap_intent: 0.89,
        times_changed: 0.90,
        waitlisted: 0.35,
        cancel_pending: 0.30,
        passive_half_life_days: 180.0,
        passive_floor: 0.50,
        stale_half_life_days: 365.0,
        stale_days: 90,
        stale_floor: 0.70,
        unticketed: 0.85,
        proposal: 0.60,
        booked_proposal: 0.80,
        request_approved: 0.70,
        request_rejected: 0.05,
        request_passed: 0.25,
        intent_after_void: 0.35,
        return_after_void: 0.50,
        least_held: 0.05,
        ticket_elsewhere: 0.06,
        place_inferred: 0.80,
        not_owner: 0.10,
        foreign_import: 0.30,
        newer_weight: 3.0,
        newer_weight_churning: 1.5,
        ticketed_weight: 3.0,
        share_power: 2.0,
        same_departure_min: 10,
        exclusive_departure_h: 12,
        exclusive_radius_km: 100.0,
        hotel_name_alike: 0.65,
        hotel_same_km: 0.2,
        churning_cycles: 3,
        max_paths: 64,
        max_segments: 300,
        home_known: 0.90,
        home_guessed: 0.50,
        lost_to_home: 0.70,
        decay_h: 72.0,
        decay_overdue_h: 24.0,
        usual_stay_share: 0.90,
        decay_open_return_h: 48.0,
        // A little above the .05 of the list, so that rounding loses nobody.
        floor_p: 0.051,
        floor_days: 90,
        overstay_p: 0.051,
        overstay_h: 48.0,
        cap_unseen_home: 0.89,
        stranded: 0.85,
        stranded_h: 24,
        left_behind: 0.70,
        missed: 0.50,
        lead: 0.80,
        lead_h: 48.0,
        onward_ramp_h: 24.0,
        unsupported_days: 30,
        unsupported_half_life_days: 14.0,
        lodged_by_day: 0.90,
        stay_reachable: 0.60,
        stay_far: 0.50,
        stay_reachable_km: 600.0,
        stay_open_jaw: 0.80,
        orphan_hotel: 0.30,
        day_use_overnight: 0.60,
        car_region: 0.80,
        car_city: 0.60,
        point_conflict: 0.20,
        half_day_h: 12.0,
        missing_leg_km: 500.0,
        neighbour_km: 100.0,
        mct_min: [30, 60, 150],
        impossible_connection: 0.20,
        connection_h: 4,
        stopover_h: 24,
        connection_allowance_h: 12,
        longest_non_stop_km: 15_500.0,
        max_speed_air_kmh: 1_100.0,
        untimed_transit: 0.50,
        printed_time: 0.80,
        far_future_days: 360,
        retention_days: 60,
        retention_near_days: 45,
        delete_grace_min: 15,
        terminal_before_min: [120, 90, 20, 15, 60],
        terminal_after_min: [60, 30, 10, 10, 30],
        pre_departure_h: 24,
        at_terminal: 0.90,
        in_hotel_by_night: 0.90,
        in_hotel_by_day: 0.30,
        radius_km: [0.1, 3.0, 25.0, 50.0],
        corridor_km: 100.0,
        corridor_share: 0.08,
        drive_max_km: 400.0,
        drive_kmh: 80.0,
        day_trip_km: 150.0,
        answer_p: 0.80,
        conflict_p: 0.20,
        conflict_km: 100.0,
        listed_p: 0.05,
        probable_p: 0.50,
        exposure_near_h: 24,
        exposure_terminal_h: 3,
    };

    /// One strength class up as a function of p, at most S4 (R141): 0.60 → 0.80 → 0.92 → 0.96, straight in between, so that
    /// discounted claims rise too and more evidence never lowers p (R189).
    pub fn step_up(&self, p: f64) -> f64 {
        let ladder = [
            0.0,
            self.class_prior[1],
            self.class_prior[2],
            self.class_prior[3],
            self.class_prior[4],
        ];
        for step in 0..3 {
            let (low, high) = (ladder[step], ladder[step + 1]);
            if p < high {
                let next = if step == 0 { 0.0 } else { ladder[step + 1] };
                return next + (p - low) / (high - low) * (ladder[step + 2] - next);
            }
        }
        p.max(ladder[4])
    }
}

impl Default for Judgement {
    fn default() -> Self {
        Judgement::CURRENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r141_one_step_up_is_the_next_class() {
        let j = Judgement::CURRENT;
        for (p, up) in [
            (0.60, 0.80),
            (0.80, 0.92),
            (0.92, 0.96),
            (0.96, 0.96),
            (0.99, 0.99),
            (0.30, 0.40),
            (0.0, 0.0),
        ] {
            assert!((j.step_up(p) - up).abs() < 1e-9, "{p} → {}", j.step_up(p));
        }
    }

    #[test]
    fn r189_a_step_up_never_lowers_and_keeps_the_order() {
        let j = Judgement::CURRENT;
        let steps: Vec<f64> = (0..=1000).map(|p| j.step_up(f64::from(p) / 1000.0)).collect();
        assert!(steps.windows(2).all(|w| w[0] <= w[1] + 1e-12));
        assert!(steps.iter().enumerate().all(|(p, up)| *up >= p as f64 / 1000.0 - 1e-12));
    }
}
