//! Requests rendered once, with holes of fixed lengths for what differs from one to the next.

use std::ops::Range;

/// A piece of a request.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    Text(&'a str),
    /// A hole of this many bytes.
    Hole(usize),
}

/// A request with holes.
#[derive(Clone, Debug, Default)]
pub struct Template {
    bytes: Vec<u8>,
    holes: Vec<Range<usize>>,
}

impl Template {
    /// A request as our own pages send it: `target` with its method, the server's authority and
    /// origin, further headers, and a JSON body unless that is empty.
    pub fn new(
        method: &str,
        path: &[Part<'_>],
        authority: &str,
        headers: &[(&str, &[Part<'_>])],
        body: &[Part<'_>],
    ) -> Self {
        let mut made = Self::default();
        made.add(Part::Text(method));
        made.add(Part::Text(" "));
        path.iter().for_each(|part| made.add(*part));
        made.text(&format!(
            " HTTP/1.1\r\nhost: {authority}\r\norigin: http://{authority}\r\n"
        ));
        for (name, value) in headers {
            made.text(&format!("{name}: "));
            value.iter().for_each(|part| made.add(*part));
            made.text("\r\n");
        }
        if !body.is_empty() {
            let length: usize = body.iter().map(Part::len).sum();
            made.text(&format!(
                "content-type: application/json\r\ncontent-length: {length}\r\n"
            ));
        }
        made.text("\r\n");
        body.iter().for_each(|part| made.add(*part));
        made
    }

    /// Writes the request with its holes filled, in their order.
    ///
    /// # Panics
    /// When a value doesn't fill its hole exactly: a mistake of the program.
    pub fn render(&self, values: &[&[u8]], into: &mut Vec<u8>) {
        assert_eq!(values.len(), self.holes.len(), "one value a hole");
        let start = into.len();
        into.extend_from_slice(&self.bytes);
        for (hole, value) in self.holes.iter().zip(values) {
            into[start + hole.start..start + hole.end].copy_from_slice(value);
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn add(&mut self, part: Part<'_>) {
        match part {
            Part::Text(text) => self.text(text),
            Part::Hole(length) => {
                let start = self.bytes.len();
                self.bytes.resize(start + length, b' ');
                self.holes.push(start..start + length);
            }
        }
    }
}

impl Part<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Hole(length) => *length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_in_order_and_the_length_is_right() {
        let template = Template::new(
            "POST",
            &[Part::Text("/x/"), Part::Hole(2)],
            "localhost:1",
            &[("x-binder", &[Part::Hole(3)])],
            &[Part::Text("{\"lid\":\""), Part::Hole(4), Part::Text("\"}")],
        );
        let mut request = Vec::new();
        template.render(&[b"ab", b"cde", b"fghi"], &mut request);
        assert_eq!(
            String::from_utf8(request).unwrap(),
            "POST /x/ab HTTP/1.1\r\nhost: localhost:1\r\norigin: http://localhost:1\r\nx-binder: cde\r\n\
             content-type: application/json\r\ncontent-length: 14\r\n\r\n{\"lid\":\"fghi\"}"
        );
    }

    #[test]
    fn a_request_without_body_has_no_content_length() {
        let template = Template::new("GET", &[Part::Text("/s")], "localhost:1", &[], &[]);
        let mut request = Vec::new();
        template.render(&[], &mut request);
        assert!(request.ends_with(b"\r\n\r\n") && !request.windows(7).any(|w| w == b"content"));
    }
}
