//! How JSON is walked: one pass, keys without regard to case (T40), one value where many are expected and the reverse.
//! Called by `document`, whose tables of fields are made with `fields!`.
//! Always: a value of an unexpected shape is skipped, never an error; what no field asks for is skipped without being built.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::scalar::Scalar;

/// A group of fields that knows the keys of its own.
pub(super) trait Fields<'de>: Default {
    /// Name of one element where a list is wrapped in an object of its own, as the XML form does.
    const ELEMENT: &'static str;
    /// Reads the value behind `key` if the key is its own, else leaves it unread and returns false.
    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Something that is filled from the value of one key. The first value that says something stays.
pub(super) trait Slot<'de> {
    fn fill<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error>;
}

/// Whether a key is this name, in whatever case. Asked some dozens of times a key: lengths differ nearly always, and inlined
/// they are compared with a constant.
#[inline(always)]
pub(super) fn is(key: &str, name: &str) -> bool {
    key.len() == name.len() && key.eq_ignore_ascii_case(name)
}

/// The rest of a key behind this prefix, in whatever case.
#[inline]
pub(super) fn behind<'k>(key: &'k str, prefix: &str) -> Option<&'k str> {
    let (head, rest) = (key.get(..prefix.len())?, key.get(prefix.len()..)?);
    is(head, prefix).then_some(rest)
}

/// Defines a group of fields: `field: Type = "Key" | "OtherKey"`, and after `with` groups of which all keys share a prefix.
macro_rules! fields {
    (
        $(#[$meta:meta])*
        struct $name:ident in $element:literal {
            $($field:ident: $type:ty = $key:literal $(| $alias:literal)*,)*
        }
        $(with { $($group:ident: $group_type:ty = $prefix:literal,)* })?
    ) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(super) struct $name<'de> {
            $(pub(super) $field: $type,)*
            $($(pub(super) $group: $group_type,)*)?
            _input: std::marker::PhantomData<&'de ()>,
        }

        impl<'de> super::lenient::Fields<'de> for $name<'de> {
            const ELEMENT: &'static str = $element;

            fn take<A: serde::de::MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
                use super::lenient::{Slot, is};
                $($(if let Some(rest) = super::lenient::behind(key, $prefix) {
                    if rest.is_empty() {
                        self.$group.fill(map)?;
                        return Ok(true);
                    }
                    if super::lenient::Fields::take(&mut self.$group, rest, map)? {
                        return Ok(true);
                    }
                })*)?
                $(if is(key, $key) $(|| is(key, $alias))* {
                    self.$field.fill(map)?;
                    return Ok(true);
                })*
                Ok(false)
            }
        }

        impl<'de> super::lenient::Slot<'de> for $name<'de> {
            fn fill<A: serde::de::MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
                map.next_value_seed(super::lenient::Fill(self))
            }
        }
    };
}
pub(super) use fields;

impl<'de, T: Fields<'de>> Slot<'de> for Vec<T> {
    fn fill<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        map.next_value_seed(Push(self))
    }
}

/// A group that few documents have, and that has its room only then.
impl<'de, T: Fields<'de>> Fields<'de> for Option<Box<T>> {
    const ELEMENT: &'static str = T::ELEMENT;

    fn take<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        self.get_or_insert_default().take(key, map)
    }
}

impl<'de, T: Fields<'de>> Slot<'de> for Option<Box<T>> {
    fn fill<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        map.next_value_seed(Fill(self))
    }
}

/// Where no field is wanted: numbers, texts and nulls in place of an object or a list.
macro_rules! skip_scalars {
    ($expecting:literal) => {
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str($expecting)
        }
        fn visit_bool<E>(self, _: bool) -> Result<(), E> {
            Ok(())
        }
        fn visit_i64<E>(self, _: i64) -> Result<(), E> {
            Ok(())
        }
        fn visit_u64<E>(self, _: u64) -> Result<(), E> {
            Ok(())
        }
        fn visit_f64<E>(self, _: f64) -> Result<(), E> {
            Ok(())
        }
        fn visit_str<E>(self, _: &str) -> Result<(), E> {
            Ok(())
        }
        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }
    };
}

/// Fills one group from an object, or from all objects of a list.
pub(super) struct Fill<'a, T>(pub(super) &'a mut T);

impl<'de, T: Fields<'de>> DeserializeSeed<'de> for Fill<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de>> Visitor<'de> for Fill<'_, T> {
    type Value = ();
    skip_scalars!("an object");

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Fill(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key_seed(ReadKey)? {
            if !self.0.take(&key, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Appends an object, or all objects of a list, however deep the list is wrapped.
pub(super) struct Push<'a, T>(pub(super) &'a mut Vec<T>);

impl<'de, T: Fields<'de>> DeserializeSeed<'de> for Push<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de>> Visitor<'de> for Push<'_, T> {
    type Value = ();
    skip_scalars!("a list of objects");

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Push(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let list = self.0;
        let at = list.len();
        let mut is_wrapper = false;
        if list.is_empty() {
            // Most lists have one element, and room for four segments is not free.
            list.reserve_exact(1);
        }
        list.push(T::default());
        while let Some(Key(key)) = map.next_key_seed(ReadKey)? {
            if !T::ELEMENT.is_empty() && is(&key, T::ELEMENT) {
                is_wrapper = true;
                map.next_value_seed(Push(list))?;
            } else if !list[at].take(&key, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if is_wrapper {
            list.remove(at);
        }
        Ok(())
    }
}

/// A key, borrowed from the input unless it has escapes.
pub(super) struct Key<'de>(pub(super) Cow<'de, str>);

/// Reads a [`Key`].
pub(super) struct ReadKey;

impl<'de> DeserializeSeed<'de> for ReadKey {
    type Value = Key<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key<'de>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for ReadKey {
    type Value = Key<'de>;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }
    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

/// Hands every scalar of a value to a function, however deep it lies, with the key it lies under ("" in a list of its own).
pub(super) struct Walk<'a, F> {
    pub(super) key: &'a str,
    pub(super) each: &'a mut F,
}

impl<'de, F: FnMut(&str, Scalar<'de>)> DeserializeSeed<'de> for Walk<'_, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str, Scalar<'de>)> Visitor<'de> for Walk<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        (self.each)(self.key, Scalar::Flag(value));
        Ok(())
    }
    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        (self.each)(self.key, Scalar::Whole(value));
        Ok(())
    }
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        (self.each)(self.key, Scalar::from_u64(value));
        Ok(())
    }
    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        (self.each)(self.key, Scalar::Real(value));
        Ok(())
    }
    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        (self.each)(self.key, Scalar::Text(Cow::Borrowed(value)));
        Ok(())
    }
    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        (self.each)(self.key, Scalar::Text(Cow::Owned(value.to_owned())));
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq
            .next_element_seed(Walk {
                key: self.key,
                each: &mut *self.each,
            })?
            .is_some()
        {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key_seed(ReadKey)? {
            map.next_value_seed(Walk {
                key: &key,
                each: &mut *self.each,
            })?;
        }
        Ok(())
    }
}
