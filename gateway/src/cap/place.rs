//! Polygons and circles: WGS 84, latitude first.

use serde::{Serialize, Serializer};

use crate::xsd::decimal;

/// A place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatLon {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl LatLon {
    fn parse(pair: &str) -> Option<Self> {
        let (latitude, longitude) = pair.split_once(',')?;
        let place = Self { latitude: decimal(latitude)?, longitude: decimal(longitude)? };
        let on_the_globe = (-90.0..=90.0).contains(&place.latitude) && (-180.0..=180.0).contains(&place.longitude);
        on_the_globe.then_some(place)
    }

    fn written(self) -> String {
        format!("{:.5},{:.5}", self.latitude, self.longitude)
    }
}

/// Four places or more, of which the last is the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// The places.
    pub places: Vec<LatLon>,
    written: String,
}

impl Polygon {
    pub(super) fn parse(written: &str) -> Option<Self> {
        let places = written.split_whitespace().map(LatLon::parse).collect::<Option<Vec<_>>>()?;
        let closed = places.len() >= 4 && places.first() == places.last();
        closed.then(|| Self { places, written: written.trim().to_owned() })
    }

    /// From places as CAP has them, closed or not; nothing for fewer than three.
    #[must_use]
    pub fn drawn(written: &str) -> Option<Self> {
        let places = written.split_whitespace().map(LatLon::parse).collect::<Option<Vec<_>>>()?;
        let drawn = Self::of(places);
        (drawn.places.len() >= 4).then_some(drawn)
    }

    /// From places; closed if it is not.
    #[must_use]
    pub fn of(mut places: Vec<LatLon>) -> Self {
        if places.first() != places.last() {
            places.extend(places.first().copied());
        }
        let written = places.iter().map(|place| place.written()).collect::<Vec<_>>().join(" ");
        Self { places, written }
    }

    /// As CAP has it.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }
}

/// A place and a radius.
#[derive(Debug, Clone, PartialEq)]
pub struct Circle {
    /// The middle.
    pub middle: LatLon,
    /// Kilometres.
    pub radius_km: f64,
    written: String,
}

impl Circle {
    pub(super) fn parse(written: &str) -> Option<Self> {
        let mut parts = written.split_whitespace();
        let middle = LatLon::parse(parts.next()?)?;
        let radius_km = decimal(parts.next()?).filter(|km| *km >= 0.0)?;
        parts.next().is_none().then(|| Self { middle, radius_km, written: written.trim().to_owned() })
    }

    /// From a place and kilometres.
    #[must_use]
    pub fn of(middle: LatLon, radius_km: f64) -> Self {
        Self { middle, radius_km, written: format!("{} {radius_km:.3}", middle.written()) }
    }

    /// As CAP has it.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }
}

impl Serialize for Polygon {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl Serialize for Circle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}
