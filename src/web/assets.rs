//! Files of the pages, embedded in the binary (a debug build reads them from the source tree).

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::security::CROSS_ORIGIN_RESOURCE_POLICY;
use crate::refusal::refuse;

/// The pages' own modules and styles, served as they stand.
#[derive(RustEmbed)]
#[folder = "web/src"]
struct Own;

/// Browser libraries, fetched by the build script.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/vendor"]
struct Vendor;

/// The import map: what a bare module name in a script means.
pub const IMPORT_MAP: &str = r#"{"imports":{
"preact":"/inspector/assets/vendor/preact/preact.js",
"preact/hooks":"/inspector/assets/vendor/preact/hooks.js",
"htm":"/inspector/assets/vendor/htm/htm.js",
"htm/preact":"/inspector/assets/vendor/htm/preact.js",
"@preact/signals":"/inspector/assets/vendor/preact/signals.js",
"@preact/signals-core":"/inspector/assets/vendor/preact/signals-core.js",
"@tanstack/virtual-core":"/inspector/assets/vendor/virtual-core/index.js",
"socket.io-client":"/socket.io/socket.io.esm.min.js"
}}"#;

/// `GET /inspector/assets/{path}`
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let file = match path.strip_prefix("vendor/") {
        Some(path) => Vendor::get(path),
        None => Own::get(&path),
    };
    serve(file, &headers)
}

/// `GET /socket.io/{file}`: the official client, where every Socket.IO server has it, for any page to embed.
pub async fn socket_io_client(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let file = serve(Vendor::get(&format!("socket.io/{file}")), &headers);
    ([(CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin")], file).into_response()
}

fn serve(file: Option<EmbeddedFile>, request: &HeaderMap) -> Response {
    let Some(file) = file else {
        return refuse(StatusCode::NOT_FOUND, "not_found", "there is no such file");
    };
    let hash = file.metadata.sha256_hash();
    let hex: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let etag = format!("\"{hex}\"");
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let headers = [
        (header::ETAG, etag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
    ];
    if known.is_some_and(|known| known.contains(&etag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, file.data).into_response()
}
