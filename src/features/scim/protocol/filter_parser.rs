//! Reading filters and paths: the grammar of RFC 7644, figure 1, read from left to right. What it reads
//! comes from outside, so length and depth have an end.

use serde_json::Value;

use super::{
    Fault, Refused,
    filter::{Comparison, Filter, Name, Path},
};

/// How long a filter or path may be, in bytes.
const LONGEST: usize = 4096;
/// How deep parentheses, brackets and negations may nest.
const DEEPEST: usize = 16;

/// Reads a filter.
///
/// # Errors
/// When it isn't one, or is too long or too deep.
pub fn parse(text: &str) -> Result<Filter, Refused> {
    let mut reader = Reader::new(text, Fault::InvalidFilter)?;
    let filter = reader.either(0)?;
    reader.end()?;
    Ok(filter)
}

/// Reads the path of a patch.
///
/// # Errors
/// When it isn't one, or is too long or too deep.
pub fn path(text: &str) -> Result<Path, Refused> {
    let mut reader = Reader::new(text, Fault::InvalidPath)?;
    reader.space();
    let mut name = reader.name()?;
    let among = if reader.takes("[") {
        let filter = reader.either(1)?;
        reader.needs("]")?;
        if reader.takes(".") {
            name.part = Some(reader.word()?);
        }
        Some(filter)
    } else {
        None
    };
    reader.end()?;
    Ok(Path { name, among })
}

struct Reader<'t> {
    rest: &'t str,
    /// What it is that can't be read.
    fault: Fault,
    length: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, fault: Fault) -> Result<Self, Refused> {
        if text.len() > LONGEST {
            return Err(Refused::new(
                fault,
                format!("It is longer than {LONGEST} bytes."),
            ));
        }
        Ok(Self {
            rest: text,
            fault,
            length: text.len(),
        })
    }

    fn refuse<T>(&self, what: &str) -> Result<T, Refused> {
        let place = self.length - self.rest.len();
        Err(Refused::new(
            self.fault,
            format!("{what}, at character {place}."),
        ))
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn end(&mut self) -> Result<(), Refused> {
        self.space();
        if self.rest.is_empty() {
            Ok(())
        } else {
            self.refuse("There is more than can be read")
        }
    }

    fn takes(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn needs(&mut self, text: &str) -> Result<(), Refused> {
        self.space();
        if self.takes(text) {
            Ok(())
        } else {
            self.refuse(&format!("\"{text}\" is missing"))
        }
    }

    /// Takes a word of the language, which ends where a name would.
    fn keyword(&mut self, word: &str) -> bool {
        self.space();
        let length = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        if self.rest[..length].eq_ignore_ascii_case(word) {
            self.rest = &self.rest[length..];
            true
        } else {
            false
        }
    }

    fn either(&mut self, depth: usize) -> Result<Filter, Refused> {
        let mut filter = self.both(depth)?;
        while self.keyword("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.both(depth)?));
        }
        Ok(filter)
    }

    fn both(&mut self, depth: usize) -> Result<Filter, Refused> {
        let mut filter = self.single(depth)?;
        while self.keyword("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.single(depth)?));
        }
        Ok(filter)
    }

    fn single(&mut self, depth: usize) -> Result<Filter, Refused> {
        if depth > DEEPEST {
            return self.refuse("It nests too deep");
        }
        self.space();
        let before = self.rest;
        if self.keyword("not") {
            self.space();
            if self.takes("(") {
                return Ok(Filter::Not(Box::new(self.inside(")", depth)?)));
            }
            // An attribute may be called so.
            self.rest = before;
        }
        if self.takes("(") {
            return self.inside(")", depth);
        }
        let name = self.name()?;
        if self.takes("[") {
            let filter = self.inside("]", depth)?;
            return Ok(Filter::Among(name, Box::new(filter)));
        }
        if self.keyword("pr") {
            return Ok(Filter::Present(name));
        }
        let Some(how) = COMPARISONS.iter().find(|(word, _)| self.keyword(word)) else {
            return self.refuse("A comparison such as eq is missing");
        };
        Ok(Filter::Compare(name, how.1, self.value()?))
    }

    fn inside(&mut self, end: &str, depth: usize) -> Result<Filter, Refused> {
        let filter = self.either(depth + 1)?;
        self.needs(end)?;
        Ok(filter)
    }

    /// An attribute, perhaps after its schema, perhaps with a part.
    fn name(&mut self) -> Result<Name, Refused> {
        let length = self
            .rest
            .find(|c| !is_name(c) && !matches!(c, ':' | '.'))
            .unwrap_or(self.rest.len());
        let (whole, rest) = self.rest.split_at(length);
        let (urn, bare) = match whole.rsplit_once(':') {
            Some((urn, bare)) => (Some(urn), bare),
            None => (None, whole),
        };
        if urn.is_some_and(|urn| {
            !urn.get(..4)
                .is_some_and(|urn| urn.eq_ignore_ascii_case("urn:"))
        }) {
            return self.refuse("Only a schema, urn:…, can stand before a name");
        }
        let (attribute, part) = match bare.split_once('.') {
            Some((attribute, part)) => (attribute, Some(part)),
            None => (bare, None),
        };
        if !is_word(attribute) || part.is_some_and(|part| !is_word(part)) {
            return self.refuse("An attribute's name is missing");
        }
        self.rest = rest;
        Ok(Name {
            urn: urn.map(str::to_owned),
            attribute: attribute.to_owned(),
            part: part.map(str::to_owned),
        })
    }

    fn word(&mut self) -> Result<String, Refused> {
        let length = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        if !is_word(word) {
            return self.refuse("An attribute's name is missing");
        }
        self.rest = rest;
        Ok(word.to_owned())
    }

    /// Text, a number, or one of the three words, as in JSON.
    fn value(&mut self) -> Result<Value, Refused> {
        self.space();
        let length = if self.rest.starts_with('"') {
            end_of_text(self.rest)
        } else {
            self.rest.find([' ', ')', ']']).unwrap_or(self.rest.len())
        };
        let (text, rest) = self.rest.split_at(length);
        let value = match text.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => match serde_json::from_str(text) {
                Ok(value @ (Value::String(_) | Value::Number(_))) => value,
                _ => return self.refuse("A value is missing: text stands in double quotes"),
            },
        };
        self.rest = rest;
        Ok(value)
    }
}

const COMPARISONS: [(&str, Comparison); 9] = [
    ("eq", Comparison::Equal),
    ("ne", Comparison::NotEqual),
    ("co", Comparison::Contains),
    ("sw", Comparison::StartsWith),
    ("ew", Comparison::EndsWith),
    ("gt", Comparison::Greater),
    ("ge", Comparison::GreaterOrEqual),
    ("lt", Comparison::Less),
    ("le", Comparison::LessOrEqual),
];

/// Where a text in quotes ends, after its closing quote.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$')
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$') && text.chars().all(is_name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_filter_is_refused_with_a_place() {
        for bad in [
            "",
            " ",
            "userName",
            "userName eq",
            "userName eq bjensen",
            "userName eq \"bjensen",
            "userName eq 'bjensen'",
            "userName is \"bjensen\"",
            "userName eq \"a\" and",
            "userName eq \"a\" userName eq \"b\"",
            "(userName eq \"a\"",
            "userName eq \"a\")",
            "not userName eq \"a\"",
            "emails[type eq \"work\"",
            "emails[]",
            "emails[type eq \"work\"].value",
            ".userName pr",
            "name..x pr",
            "name.a.b pr",
            "user name pr",
            "http://x:userName pr",
            "1name pr",
            "userName eq {}",
            "userName eq [1]",
            "userName\u{0} pr",
            "userName eq \"a\u{0}b\"",
            "\u{fc}ser pr",
        ] {
            let refused = parse(bad).expect_err(bad);
            assert_eq!(refused.fault, Fault::InvalidFilter, "{bad}");
        }
        let refused = parse("userName eq bjensen").expect_err("no quotes");
        assert!(refused.detail.contains("at character 12"), "{refused}");
    }

    #[test]
    fn paths_name_an_attribute_its_values_or_a_part() {
        let read = |text: &str| path(text).map(|path| (path.name.text(), path.among.is_some()));
        for (text, name, among) in [
            ("members", "members", false),
            ("name.familyName", "name.familyname", false),
            ("addresses[type eq \"work\"]", "addresses", true),
            (
                "members[value eq \"2819c223\"].displayName",
                "members.displayname",
                true,
            ),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
                "name.familyname",
                false,
            ),
            ("members[not (value eq \"]\")]", "members", true),
            ("$ref", "$ref", false),
        ] {
            assert_eq!(read(text), Ok((name.to_owned(), among)), "{text}");
        }
        for bad in [
            "",
            "members[",
            "members[]",
            "members[value eq \"a\"]x",
            "members[value eq \"a\"].",
            "a b",
            "a.b.c",
            "/userName",
        ] {
            assert_eq!(read(bad).expect_err(bad).fault, Fault::InvalidPath, "{bad}");
        }
    }

    #[test]
    fn length_and_depth_have_an_end() {
        let deep = |n: usize| format!("{}a pr{}", "(".repeat(n), ")".repeat(n));
        assert!(parse(&deep(DEEPEST)).is_ok());
        assert!(parse(&deep(DEEPEST + 1)).is_err());
        let nots = format!("{}a pr{}", "not (".repeat(500), ")".repeat(500));
        assert!(parse(&nots).is_err());
        assert!(parse(&format!("{}a pr", "a pr or ".repeat(500))).is_ok());
        assert!(parse(&"a pr or ".repeat(2000)).is_err());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[a-zA-Z$.:\\[\\]()\" \\\\0-9eqandortp\u{fc}\u{1f600}-]{0,80}") {
            let _ = (parse(&text), path(&text));
        }

        #[test]
        fn any_text_can_be_looked_for(value in any::<String>()) {
            let quoted = serde_json::to_string(&value).expect("a text");
            prop_assume!(quoted.len() < LONGEST - 20);
            let found = parse(&format!("userName eq {quoted}")).expect("a filter").equalities().expect("one");
            prop_assert_eq!(&found[0].value, &value);
        }
    }
}
