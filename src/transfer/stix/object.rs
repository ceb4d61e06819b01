//! The objects of a STIX bundle, as far as they are read. 2.0 and 2.1 differ in what an object may have,
//! not in what it means.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// An object. What is not of its type is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Object {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) x_mitre_aliases: Vec<String>,
    pub(super) x_opencti_aliases: Vec<String>,
    pub(super) external_references: Vec<Reference>,
    pub(super) created: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) revoked: bool,
    pub(super) x_mitre_deprecated: bool,
    pub(super) confidence: Option<u8>,
    pub(super) labels: Vec<String>,
    // identity, location
    pub(super) identity_class: Option<String>,
    pub(super) country: Option<String>,
    // campaign, intrusion-set
    pub(super) first_seen: Option<String>,
    pub(super) last_seen: Option<String>,
    // relationship
    pub(super) relationship_type: Option<String>,
    pub(super) source_ref: Option<String>,
    pub(super) target_ref: Option<String>,
    pub(super) start_time: Option<String>,
    pub(super) stop_time: Option<String>,
    // note, opinion, report
    #[serde(rename = "abstract")]
    pub(super) headline: Option<String>,
    pub(super) content: Option<String>,
    pub(super) opinion: Option<String>,
    pub(super) explanation: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) report_types: Vec<String>,
    pub(super) object_refs: Vec<String>,
}

/// Where else something is told of an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    pub(super) source_name: String,
    pub(super) description: Option<String>,
    pub(super) url: Option<String>,
    pub(super) external_id: Option<String>,
}

/// An object of a bundle, or why it is none.
pub(super) type Read1 = Result<Box<Object>, (String, String)>;

/// Reads a bundle, object by object. Returns its id.
pub(super) fn read(
    file: impl Read,
    take: &mut dyn FnMut(Read1),
) -> Result<String, serde_json::Error> {
    let mut json =
        serde_json::Deserializer::from_reader(std::io::BufReader::with_capacity(1 << 16, file));
    let id = json.deserialize_map(Bundle(take))?;
    json.end()?;
    Ok(id)
}

struct Bundle<'a>(&'a mut dyn FnMut(Read1));

impl<'de> Visitor<'de> for Bundle<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a STIX bundle: an object with type \"bundle\", an id and objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        use serde::de::Error;
        let (mut id, mut kind, mut objects) = (None, None, false);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "id" => id = Some(map.next_value::<String>()?),
                "type" => kind = Some(map.next_value::<String>()?),
                "objects" => {
                    objects = true;
                    map.next_value_seed(Objects(self.0))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if kind.as_deref() != Some("bundle") {
            return Err(A::Error::custom("its type is not \"bundle\""));
        }
        if !objects {
            return Err(A::Error::custom("the bundle has no objects"));
        }
        id.ok_or_else(|| A::Error::custom("the bundle has no id"))
    }
}

struct Objects<'a>(&'a mut dyn FnMut(Read1));

impl<'de> DeserializeSeed<'de> for Objects<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Objects<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of STIX objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let mut number = 0;
        // Through a value, so that one object with a field of a wrong type does not end the reading.
        while let Some(value) = array.next_element::<serde_json::Value>()? {
            let id = value.get("id").and_then(|id| id.as_str());
            let called = id.map_or_else(|| format!("objects[{number}]"), str::to_owned);
            let object = Object::deserialize(value).map(Box::new);
            let object = object.map_err(|error| (called.clone(), error.to_string()));
            (self.0)(object.and_then(|object| {
                match (object.id.is_empty(), object.kind.is_empty()) {
                    (false, false) => Ok(object),
                    _ => Err((called, "it has no id or no type".to_owned())),
                }
            }));
            number += 1;
        }
        Ok(())
    }
}
