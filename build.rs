//! Builds the binary again when the embedded pages change: their names hold hashes, and the
//! embedding macro knows only the names of last time.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A development build reads the pages at run time.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        // A folder that isn't there would count as changed every time.
        if let Err(error) = std::fs::create_dir_all("web/dist") {
            println!("cargo::warning=web/dist can't be made: {error}");
        }
        println!("cargo::rerun-if-changed=web/dist");
    }
}
