//! A map of a board's places, drawn from them alone: a frame around them, a grid of degrees, a bar of kilometres.

use entente_report::{Grid, Mark, Scale, Section, Track};
use entente_room::{Board, Position};

use crate::i18n::t;

/// Least and largest height of the map by its width.
const FLATTEST: f64 = 0.45;
const TALLEST: f64 = 0.85;

/// Smallest frame in degrees of latitude: about a kilometre.
const LEAST_DEGREES: f64 = 0.01;

/// Room around the outermost places, in parts of the frame.
const MARGIN: f64 = 0.12;

/// Steps of a grid, in degrees.
const STEPS: [f64; 12] = [
    0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
];

/// Lengths of the bar, in kilometres.
const BARS_KM: [f64; 13] = [
    0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0,
];

/// Kilometres of a degree of latitude.
const KM_A_DEGREE: f64 = 111.2;

/// A frame on the earth. East and west of the line of 180 degrees are on different sides of it.
struct Frame {
    west: f64,
    north: f64,
    lon_degrees: f64,
    lat_degrees: f64,
    /// By how much a degree of longitude is shorter here than one of latitude.
    shrink: f64,
}

impl Frame {
    fn around(places: &[Position]) -> Option<Self> {
        let first = places.first()?;
        let (mut south, mut north) = (first.lat(), first.lat());
        let (mut west, mut east) = (first.lon(), first.lon());
        for place in places {
            (south, north) = (south.min(place.lat()), north.max(place.lat()));
            (west, east) = (west.min(place.lon()), east.max(place.lon()));
        }
        let middle = f64::midpoint(south, north);
        let shrink = middle.to_radians().cos().max(0.05);
        let mut lat_degrees = (north - south).max(LEAST_DEGREES) * (1.0 + 2.0 * MARGIN);
        let mut lon_degrees = (east - west).max(LEAST_DEGREES / shrink) * (1.0 + 2.0 * MARGIN);
        let ratio = lat_degrees / (lon_degrees * shrink);
        if ratio < FLATTEST {
            lat_degrees = lon_degrees * shrink * FLATTEST;
        } else if ratio > TALLEST {
            lon_degrees = lat_degrees / shrink / TALLEST;
        }
        Some(Self {
            west: f64::midpoint(west, east) - lon_degrees / 2.0,
            north: middle + lat_degrees / 2.0,
            lon_degrees,
            lat_degrees,
            shrink,
        })
    }

    fn ratio(&self) -> f64 {
        self.lat_degrees / (self.lon_degrees * self.shrink)
    }

    fn place(&self, position: &Position) -> (f64, f64) {
        (
            (position.lon() - self.west) / self.lon_degrees,
            (self.north - position.lat()) / self.lat_degrees,
        )
    }

    fn grid(&self) -> (Vec<Grid>, Vec<Grid>) {
        let step = |degrees: f64| {
            let mut steps = STEPS.into_iter();
            steps.find(|step| degrees / step <= 6.0).unwrap_or(45.0)
        };
        let lines = |from: f64, degrees: f64, letters: (&'static str, &'static str)| {
            let step = step(degrees);
            let first = (from / step).ceil();
            let count = ((from + degrees) / step).floor() - first;
            (0..=count.max(0.0) as u32).map(move |number| {
                let at = (first + f64::from(number)) * step;
                let letter = if at < 0.0 { letters.1 } else { letters.0 };
                let text = format!("{:.3}", at.abs());
                let text = text.trim_end_matches('0').trim_end_matches('.');
                ((at - from) / degrees, format!("{text}° {letter}"))
            })
        };
        let meridians = lines(self.west, self.lon_degrees, ("E", "W"));
        let south = self.north - self.lat_degrees;
        let parallels = lines(south, self.lat_degrees, ("N", "S"));
        (
            meridians.map(|(at, label)| Grid { at, label }).collect(),
            parallels
                .map(|(at, label)| Grid {
                    at: 1.0 - at,
                    label,
                })
                .collect(),
        )
    }

    fn scale(&self) -> Scale {
        let width_km = self.lon_degrees * self.shrink * KM_A_DEGREE;
        let mut bars = BARS_KM.into_iter().rev();
        let bar = bars.find(|bar| *bar <= width_km / 4.0).unwrap_or(0.1);
        Scale {
            length: bar / width_km,
            label: format!("{bar} km"),
        }
    }
}

/// The map of where targets and hits were.
pub(super) fn map(board: &Board) -> Section {
    let tracks: Vec<(String, Vec<Position>)> = board
        .targets()
        .map(|(_, target)| {
            let places = target.track.iter().filter_map(|seen| seen.position);
            (target.name.value.clone(), places.collect())
        })
        .collect();
    let hits: Vec<(String, Position)> = board
        .hits()
        .filter_map(|(_, hit)| Some((hit.identifier.value().to_owned(), hit.position?)))
        .collect();
    let of_targets = tracks.iter().flat_map(|(_, places)| places);
    let all: Vec<Position> = of_targets
        .chain(hits.iter().map(|(_, place)| place))
        .copied()
        .collect();
    let title = t("report-map");
    let none = t("report-map-none");
    let Some(frame) = Frame::around(&all) else {
        return Section::Map {
            title,
            ratio: FLATTEST,
            points: Vec::new(),
            tracks: Vec::new(),
            meridians: Vec::new(),
            parallels: Vec::new(),
            scale: Scale::default(),
            none,
        };
    };
    let mark = |label: &str, place: &Position, kind| {
        let (x, y) = frame.place(place);
        let label = label.to_owned();
        Mark { x, y, label, kind }
    };
    let mut points: Vec<Mark> = hits
        .iter()
        .map(|(label, place)| mark(label, place, "hit"))
        .collect();
    let mut ways = Vec::new();
    for (name, places) in &tracks {
        points.extend(places.last().map(|place| mark(name, place, "target")));
        for pair in places.windows(2) {
            if let [from, to] = pair {
                ways.push(Track {
                    from: frame.place(from),
                    to: frame.place(to),
                });
            }
        }
    }
    let (meridians, parallels) = frame.grid();
    Section::Map {
        title,
        ratio: frame.ratio(),
        points,
        tracks: ways,
        meridians,
        parallels,
        scale: frame.scale(),
        none,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn all_places_lie_in_the_frame_and_the_grid_is_readable() {
        for places in [
            vec![at(31.95, 35.93)],
            vec![at(31.95, 35.93), at(25.0, 55.1), at(5.3, -4.0)],
            vec![at(-33.9, 18.4), at(-33.91, 18.41)],
            vec![at(89.9, 0.0), at(-89.9, 179.0)],
        ] {
            let frame = Frame::around(&places).unwrap();
            for place in &places {
                let (x, y) = frame.place(place);
                assert!(
                    (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y),
                    "{x} {y}"
                );
            }
            assert!((FLATTEST - 1e-9..=TALLEST + 1e-9).contains(&frame.ratio()));
            let (meridians, parallels) = frame.grid();
            assert!(meridians.len() <= 8 && parallels.len() <= 8);
            assert!(meridians.iter().all(|line| (0.0..=1.0).contains(&line.at)));
            let scale = frame.scale();
            assert!(scale.length > 0.0 && scale.length <= 1.0, "{scale:?}");
        }
        assert!(Frame::around(&[]).is_none());
    }
}
