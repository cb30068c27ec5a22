//! The API's description (OpenAPI 3.1), gathered from the handlers.

use utoipa::OpenApi;

/// The description of every route.
#[derive(OpenApi, Debug)]
#[openapi(
    info(
        title = "Guestpass",
        description = "The product's only interface: whatever a page does, a program can do.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths()
)]
struct Api;

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
