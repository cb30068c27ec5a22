//! The house rules that a program can check: who imports whom, where SQL and HTTP may stand.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// From the outside in. A part imports only what stands to its right; `config` stands aside.
const LAYERS: [&str; 8] = [
    "main",
    "commands",
    "background",
    "web",
    "app",
    "features",
    "db",
    "base",
];

/// The order of the features, as `src/features.rs` lists them: each imports only earlier ones.
fn features() -> Vec<String> {
    let text = fs::read_to_string("src/features.rs").expect("the list of features");
    text.lines()
        .filter_map(|line| {
            line.strip_prefix("pub mod ")?
                .strip_suffix(';')
                .map(str::to_owned)
        })
        .collect()
}

/// Every source file below `src`, with its path from there.
fn sources() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                found.push((
                    path.strip_prefix("src").expect("below src").to_owned(),
                    text,
                ));
            }
        }
    }
    let mut found = Vec::new();
    collect(Path::new("src"), &mut found);
    found
}

/// The parts of a path: `features/links/rules.rs` is `["features", "links", "rules"]`.
fn parts(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    path.iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect()
}

/// What follows each `crate::` in a text, group by group: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn imports(text: &str) -> Vec<String> {
    let flat: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let all = flat
        .split("crate::")
        .skip(1)
        .flat_map(|rest| expand("", rest));
    all.filter(|import| !import.is_empty()).collect()
}

fn expand(prefix: &str, rest: &str) -> Vec<String> {
    let name: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    let after = &rest[name.len()..];
    if let Some(after) = after.strip_prefix("::") {
        return expand(&format!("{prefix}{name}::"), after);
    }
    let Some(group) = after.strip_prefix('{').filter(|_| name.is_empty()) else {
        return vec![format!("{prefix}{name}")];
    };
    let (mut depth, mut members, mut member) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(std::mem::take(&mut member));
                continue;
            }
            _ => {}
        }
        member.push(c);
    }
    members.push(member);
    members
        .iter()
        .flat_map(|member| expand(prefix, member.trim()))
        .collect()
}

/// Why `from` may not import `to`, if it may not.
fn fault(from: &[String], to: &str, features: &[String]) -> Option<String> {
    let target: Vec<&str> = to.split("::").collect();
    let layer = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let (own, other) = (from[0].as_str(), target[0]);
    if own == "lib" || other == own && own != "features" {
        return None;
    }
    match (own, other) {
        ("config", "base" | "db" | "features") | ("commands", "config") => return None,
        ("config", _) | (_, "config") => return Some(format!("{own} and config are strangers")),
        _ => {}
    }
    let (own_at, other_at) = (layer(own)?, layer(other)?);
    if other_at < own_at {
        return Some(format!("{own} is below {other}"));
    }
    if own == "web" && target.get(2) == Some(&"store") {
        return Some("handlers call services, never stores".to_owned());
    }
    if own == "features" && other == "features" {
        let place = |name: &str| features.iter().position(|feature| feature == name);
        let (here, there) = (place(from.get(1)?)?, place(target.get(1)?)?);
        if there > here {
            return Some(format!("{} comes after {}", target[1], from[1]));
        }
        if there < here && target.get(2) == Some(&"store") {
            return Some(format!("the store of {} is its own", target[1]));
        }
    }
    None
}

#[test]
fn imports_point_in_one_direction() {
    let (features, mut faults, mut seen) = (features(), Vec::new(), 0);
    for (path, text) in sources() {
        for import in imports(&text) {
            seen += 1;
            if let Some(why) = fault(&parts(&path), &import, &features) {
                faults.push(format!("{}: crate::{import}: {why}", path.display()));
            }
        }
    }
    assert!(seen > 200 && features.len() > 10, "the sources were found");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn sql_stands_in_stores_and_http_in_web() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let name = path.to_string_lossy().into_owned();
        let file = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        // Limits and signals are a table each: their one file is their store.
        let store = file.ends_with("store")
            || name.starts_with("db")
            || matches!(file.as_str(), "limits" | "signals");
        if !store && text.contains("sql(\"") {
            faults.push(format!("{name}: SQL outside of a store"));
        }
        let http = ["axum", "tower_http", "StatusCode"]
            .iter()
            .any(|word| text.contains(word));
        if http && !name.starts_with("web") && !name.starts_with("commands") {
            faults.push(format!("{name}: HTTP below web"));
        }
        let lines = text.lines().count();
        if lines > 600 {
            faults.push(format!("{name}: {lines} lines are two files"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Of SCIM, what the standard names and isn't offered here.
const NOT_OFFERED: [&str; 2] = ["/scim/v2/Me", "/scim/v2/Bulk"];

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let router = fs::read_to_string("src/web/router.rs").expect("the router");
    let described = serde_json::to_value(guestpass::web::document()).expect("a document");
    let paths = described["paths"].as_object().expect("paths");
    let routed: Vec<&str> = router
        .split('"')
        // The demo's mailbox is no part of the product.
        .filter(|text| text.starts_with("/api/v1/") || text.starts_with("/scim/v2/"))
        .filter(|text| *text != "/api/v1/dev/mailbox" && !NOT_OFFERED.contains(text))
        .collect();
    let undescribed: Vec<_> = routed
        .iter()
        .filter(|path| !paths.contains_key(**path))
        .collect();
    assert!(
        undescribed.is_empty(),
        "not in the API's description: {undescribed:?}"
    );
    let unrouted: Vec<_> = paths
        .keys()
        .filter(|path| !routed.contains(&path.as_str()))
        .collect();
    assert!(
        unrouted.is_empty(),
        "described but not routed: {unrouted:?}"
    );
    assert!(routed.len() > 25, "the router was read");
}

#[test]
fn the_import_reader_reads_groups() {
    let text = "use crate::{\n    base::{clock::Clock, id},\n    db::Db,\n};\n// crate::web\nlet x = crate::app::App::new();";
    let read = imports(text);
    assert_eq!(
        read,
        ["base::clock::Clock", "base::id", "db::Db", "app::App::new"]
    );
    let features = ["audit".to_owned(), "links".to_owned()];
    let from = |path: &str| parts(Path::new(path));
    assert!(
        fault(
            &from("features/audit/store.rs"),
            "features::links::Links",
            &features
        )
        .is_some()
    );
    assert!(
        fault(
            &from("features/links/sweep.rs"),
            "features::audit::record",
            &features
        )
        .is_none()
    );
    assert!(fault(&from("db/query.rs"), "web::router", &features).is_some());
    assert!(fault(&from("base/id.rs"), "db::Db", &features).is_some());
    assert!(fault(&from("web/router.rs"), "app::App", &features).is_none());
}
