//! What an operation costs, estimated from its plan before anything is read: each field counts, as often
//! as the lists that it stands in are long by their `first`, `last` or `ids`.

use std::collections::HashMap;

use async_graphql::Value;

use crate::graphql::kit::guard::{Excess, Limits, bound};
use crate::read::page::{LARGEST, USUAL};

use super::document::Variables;
use super::plan::{Below, Field};

/// How long a list is taken to be that tells nothing of its length.
const SOME: u64 = 10;

/// What a field costs by itself; one that is not here costs 1.
const WEIGHTS: [(&str, u32); 13] = [
    ("actors", 20),
    ("compareViewpoints", 100),
    ("diff", 500),
    ("document", 100),
    ("facets", 50),
    ("history", 50),
    ("notes", 20),
    ("paths", 500),
    ("recordQuality", 500),
    ("relationships", 20),
    ("search", 500),
    ("sharedCounterparts", 100),
    ("versionsBetween", 500),
];

/// What a field adds to the cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costing {
    weight: u32,
    /// Whether its value is a list.
    list: bool,
    /// Whether `first` or `last` say how long a list is: its own, or one below it.
    pages: bool,
    /// Whether it has an entry for each of the `ids`.
    named: bool,
}

impl Costing {
    pub(super) fn of(definition: &apollo_compiler::schema::FieldDefinition) -> Self {
        let weights = WEIGHTS.iter();
        let own = weights.clone().find(|(name, _)| definition.name == *name);
        let has = |name: &str| definition.arguments.iter().any(|one| one.name == name);
        Self {
            weight: own.map_or(1, |(_, weight)| *weight),
            list: definition.ty.is_list(),
            pages: has("first") || has("last"),
            named: has("ids"),
        }
    }
}

impl Default for Costing {
    fn default() -> Self {
        Self {
            weight: 1,
            list: false,
            pages: false,
            named: false,
        }
    }
}

/// What a plan costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    pub(super) total: u64,
    /// Whether it would be another with other variables.
    pub(super) varies: bool,
}

/// Estimates what a plan costs with some variables.
///
/// # Errors
/// When a list is longer than is allowed.
pub(super) fn estimate(
    fields: &[Field],
    variables: &Variables,
    limits: &Limits,
) -> Result<Cost, Excess> {
    let mut estimate = Estimate {
        variables,
        longest: limits.list_size,
        varies: false,
        made: HashMap::new(),
    };
    let total = estimate.fields(fields, None)?;
    let varies = estimate.varies;
    Ok(Cost { total, varies })
}

struct Estimate<'a> {
    variables: &'a Variables,
    longest: u64,
    varies: bool,
    /// What was estimated already below interfaces. Their types share plans, which are then met again
    /// and again: without this a small document could be walked for ever.
    made: HashMap<(*const Field, Option<u64>), u64>,
}

impl Estimate<'_> {
    /// The cost of some fields of an object; `page` is how many entries its lists have, if that was said
    /// above it.
    fn fields(&mut self, fields: &[Field], page: Option<u64>) -> Result<u64, Excess> {
        let mut total: u64 = 0;
        for field in fields {
            total = total.saturating_add(self.field(field, page)?);
        }
        Ok(total)
    }

    fn field(&mut self, field: &Field, page: Option<u64>) -> Result<u64, Excess> {
        let costing = field.costing();
        let own = match costing {
            Costing { pages: true, .. } => Some(self.asked(field)?),
            Costing { named: true, .. } => Some(self.named(field)?),
            _ => None,
        };
        let (times, below) = if costing.list {
            (own.or(page).unwrap_or(SOME), None)
        } else {
            (1, own)
        };
        let inner = match field.below() {
            Below::Leaf => 0,
            Below::Object(fields) => self.fields(fields, below)?,
            Below::OneOf(types) => {
                let mut most = 0;
                for (_, fields) in types.iter() {
                    most = most.max(self.shared(fields, below)?);
                }
                most
            }
        };
        Ok(u64::from(costing.weight).saturating_add(inner.saturating_mul(times)))
    }

    fn shared(&mut self, fields: &[Field], page: Option<u64>) -> Result<u64, Excess> {
        let key = (fields.as_ptr(), page);
        if let Some(cost) = self.made.get(&key) {
            return Ok(*cost);
        }
        let cost = self.fields(fields, page)?;
        self.made.insert(key, cost);
        Ok(cost)
    }

    /// How many entries `first` or `last` ask for.
    fn asked(&mut self, field: &Field) -> Result<u64, Excess> {
        let mut most = None;
        for name in ["first", "last"] {
            self.varies |= field.varies(name);
            if let Some(Value::Number(number)) = field.argument(name, self.variables) {
                most = most.max(number.as_u64());
            }
        }
        match most {
            // The field itself tells that no list is that long.
            Some(number) if number > LARGEST as u64 => Ok(0),
            Some(number) => {
                bound("entries of a list", number, self.longest)?;
                Ok(number)
            }
            None => Ok(USUAL as u64),
        }
    }

    /// How many `ids` there are.
    fn named(&mut self, field: &Field) -> Result<u64, Excess> {
        self.varies |= field.varies("ids");
        let count = match field.argument("ids", self.variables) {
            Some(Value::List(ids)) => ids.len() as u64,
            _ => 1,
        };
        if count <= LARGEST as u64 {
            bound("entries of a list", count, self.longest)?;
        }
        Ok(count)
    }
}
