//! Sees that the folder of web files exists, so that the server compiles before they are built, and rebuilds when it should.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    // `sqlx::migrate!` reads them when the server is compiled.
    println!("cargo:rerun-if-changed=migrations");
    // A debug build reads the web files when they are asked for; only a release holds them.
    let site = std::path::Path::new("target/site");
    std::fs::create_dir_all(site)?;
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed=target/site");
    }
    Ok(())
}
