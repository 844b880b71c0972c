//! The bridge to `js/map.js`. Called by the map pane's effects; on the server there is no map and nothing happens.
//! A map lives as long as the component that made it, and so do its callbacks.

/// What the map says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// It is drawn.
    Ready,
    /// It cannot be drawn: no WebGL, or its files are not there.
    Failed,
    /// A person was clicked: the traveler's id.
    Pick(String),
    /// Several people were clicked, who can be searched for by this.
    Many(String),
    /// A group that cannot be split was clicked: west, south, east, north.
    Group([f64; 4]),
    /// The view was moved by hand, to west, south, east, north.
    Moved([f64; 4]),
    /// An area was drawn: as the address says it, and its distance in km if it is a circle.
    Area(String),
    /// Drawing ended without an area.
    Undrawn,
    /// The view is now at west, south, east, north.
    At([f64; 4]),
}

impl Said {
    /// From the two words of `js/map.js`.
    pub fn parse(what: &str, detail: String) -> Option<Said> {
        let edges = || {
            let mut numbers = detail.split(',').map(|n| n.parse::<f64>().ok());
            Some([numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??])
        };
        Some(match what {
            "ready" => Said::Ready,
            "failed" => Said::Failed,
            "pick" => Said::Pick(detail),
            "many" => Said::Many(detail),
            "group" => Said::Group(edges()?),
            "moved" => Said::Moved(edges()?),
            "at" => Said::At(edges()?),
            "area" => Said::Area(detail),
            "undrawn" => Said::Undrawn,
            _ => return None,
        })
    }
}

#[cfg(feature = "hydrate")]
pub use there::{Map, form_query};

#[cfg(not(feature = "hydrate"))]
pub use nowhere::Map;

#[cfg(feature = "hydrate")]
mod there {
    use super::Said;
    use leptos::{prelude::*, web_sys, web_sys::HtmlDivElement};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/js/map.js")]
    extern "C" {
        type PeopleMap;
        fn create(el: &HtmlDivElement, tell: &Closure<dyn FnMut(String, String)>) -> PeopleMap;
        #[wasm_bindgen(method, catch)]
        fn load(this: &PeopleMap, url: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(method, catch)]
        fn select(this: &PeopleMap, json: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(method, catch)]
        fn zoom(this: &PeopleMap, by: f64) -> Result<(), JsValue>;
        #[wasm_bindgen(method, catch)]
        fn draw(this: &PeopleMap, shape: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(js_name = formQuery)]
        fn form_query_of(form: &web_sys::HtmlElement) -> String;
        #[wasm_bindgen(method)]
        fn destroy(this: &PeopleMap);
    }

    // Not called from here: named so that the build takes along the files that map.js imports.
    mod imported {
        use wasm_bindgen::prelude::*;
        #[wasm_bindgen(module = "/js/marks.js")]
        extern "C" {
            pub fn forget();
        }
        #[wasm_bindgen(module = "/js/style.js")]
        extern "C" {
            pub fn hatch(codes: JsValue) -> JsValue;
        }
        #[wasm_bindgen(module = "/js/quiet.js")]
        extern "C" {
            pub fn maplibre() -> JsValue;
        }
        #[wasm_bindgen(module = "/js/draw.js")]
        extern "C" {
            pub fn corner(at: JsValue) -> JsValue;
        }
    }

    struct Open {
        map: PeopleMap,
        _tell: Closure<dyn FnMut(String, String)>,
    }

    impl Drop for Open {
        fn drop(&mut self) {
            self.map.destroy();
        }
    }

    /// A map with people.
    #[derive(Clone, Copy)]
    pub struct Map(StoredValue<SendWrapper<Open>>);

    impl Map {
        /// Makes the map in `el`; it is removed with the current owner.
        pub fn create(el: &HtmlDivElement, mut tell: impl FnMut(Said) + 'static) -> Map {
            let tell = Closure::<dyn FnMut(String, String)>::new(move |what: String, detail: String| {
                if let Some(said) = Said::parse(&what, detail) {
                    tell(said);
                }
            });
            Map(StoredValue::new(SendWrapper::new(Open {
                map: create(el, &tell),
                _tell: tell,
            })))
        }

        // What goes wrong in the map must not end the page: it is reported, and the list goes on.
        fn with(self, act: impl FnOnce(&PeopleMap) -> Result<(), JsValue>) {
            if let Some(Err(error)) = self.0.try_with_value(|open| act(&open.map)) {
                leptos::logging::error!("map: {error:?}");
            }
        }

        /// Draws the people that this address answers with.
        pub fn load(self, url: &str) {
            self.with(|map| map.load(url));
        }

        /// Marks the person of the open panel (JSON, see map.js); empty for nobody.
        pub fn select(self, json: &str) {
            self.with(|map| map.select(json));
        }

        pub fn zoom(self, by: f64) {
            self.with(|map| map.zoom(by));
        }

        /// Lets the hand draw `circle` or `polygon`; empty ends that.
        pub fn draw(self, shape: &str) {
            self.with(|map| map.draw(shape));
        }
    }

    /// The fields of a form as a query string.
    pub fn form_query(form: &web_sys::HtmlElement) -> String {
        form_query_of(form)
    }
}

#[cfg(not(feature = "hydrate"))]
mod nowhere {
    use super::Said;
    use leptos::web_sys::HtmlDivElement;

    #[derive(Clone, Copy)]
    pub struct Map;

    impl Map {
        pub fn create(_el: &HtmlDivElement, _tell: impl FnMut(Said) + 'static) -> Map {
            Map
        }
        pub fn load(self, _url: &str) {}
        pub fn select(self, _json: &str) {}
        pub fn zoom(self, _by: f64) {}
        pub fn draw(self, _shape: &str) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_map_says_is_understood_or_ignored() {
        assert_eq!(Said::parse("pick", "t1".into()), Some(Said::Pick("t1".into())));
        assert_eq!(
            Said::parse("moved", "-10.5,35,30,60".into()),
            Some(Said::Moved([-10.5, 35.0, 30.0, 60.0]))
        );
        assert_eq!(Said::parse("moved", "1,2,x,4".into()), None);
        assert_eq!(Said::parse("sings", String::new()), None);
    }
}
