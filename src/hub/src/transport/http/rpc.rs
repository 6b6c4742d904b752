//! Single questions over HTTP: `POST /v1/rpc/<service>/<method>`, protobuf in and out.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header::{self, HeaderValue},
};

use super::guard::value;
use crate::{
    app::Hub,
    identity::token::TokenError,
    limits,
    site::answer::{Body, not_allowed, text, whole},
    transport::unary::{self, UnaryError, bearer},
};

/// Where questions are asked.
pub(super) const PREFIX: &str = "/v1/rpc/";
const PROTOBUF: &str = "application/x-protobuf";
/// Tells a program why nobody is let in.
const REASON: &str = "samband-reason";

/// Answers a question.
pub(super) async fn answer(hub: &Arc<Hub>, request: Request<Incoming>, loopback: bool) -> Response<Body> {
    if request.method() != Method::POST {
        return not_allowed("POST");
    }
    let named = request.uri().path().strip_prefix(PREFIX).and_then(|rest| rest.split_once('/'));
    let Some((service, method)) = named.map(|(service, method)| (service.to_owned(), method.to_owned())) else {
        return refused(&UnaryError::UnknownMethod);
    };
    let kind = value(request.headers(), header::CONTENT_TYPE).split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case(PROTOBUF) {
        return text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body is to be application/x-protobuf\n");
    }
    let principal = match unary::whose(hub, bearer(value(request.headers(), header::AUTHORIZATION)), loopback) {
        Ok(principal) => principal,
        Err(error) => return refused(&error),
    };
    let question = match read(request.into_body()).await {
        Ok(question) => question,
        Err(answer) => return *answer,
    };
    match unary::call(hub, &principal, &service, &method, question).await {
        Ok(answer) => {
            let mut answer = whole(StatusCode::OK, PROTOBUF, answer);
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        }
        Err(error) => refused(&error),
    }
}

/// The body, if it is not too large and comes in time.
async fn read(body: Incoming) -> Result<Bytes, Box<Response<Body>>> {
    let too_large = || {
        let most = limits::FRAME_BYTES_MAX;
        Box::new(text(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {most} bytes\n")))
    };
    // What says how large it is need not be read to be refused.
    if body.size_hint().lower() > limits::FRAME_BYTES_MAX as u64 {
        return Err(too_large());
    }
    let reading = Limited::new(body, limits::FRAME_BYTES_MAX).collect();
    match tokio::time::timeout(Duration::from_millis(limits::HTTP_BODY_MS), reading).await {
        Ok(Ok(read)) => Ok(read.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Box::new(text(StatusCode::BAD_REQUEST, "the body ended early\n"))),
        Err(_) => Err(Box::new(text(StatusCode::REQUEST_TIMEOUT, "the body did not come\n"))),
    }
}

fn refused(error: &UnaryError) -> Response<Body> {
    let status = match error {
        UnaryError::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        UnaryError::UnknownMethod | UnaryError::NotFound => StatusCode::NOT_FOUND,
        UnaryError::Invalid(_) => StatusCode::BAD_REQUEST,
        UnaryError::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
        UnaryError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut answer = text(status, &format!("{error}\n"));
    if let UnaryError::Unauthenticated(error) = error {
        let reason = match error {
            TokenError::Expired => "token_expired",
            TokenError::Invalid | TokenError::Unregistered | TokenError::DemoNotHere => "unauthenticated",
        };
        answer.headers_mut().insert(REASON, HeaderValue::from_static(reason));
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_status() {
        let cases = [
            (UnaryError::Unauthenticated(TokenError::Expired), 401, "token_expired"),
            (UnaryError::Unauthenticated(TokenError::Invalid), 401, "unauthenticated"),
            (UnaryError::Unauthenticated(TokenError::DemoNotHere), 401, "unauthenticated"),
            (UnaryError::UnknownMethod, 404, ""),
            (UnaryError::NotFound, 404, ""),
            (UnaryError::Invalid("page token".into()), 400, ""),
            (UnaryError::Busy("later".into()), 429, ""),
            (UnaryError::Unavailable("the ledger cannot be written".into()), 503, ""),
        ];
        for (error, status, reason) in cases {
            let answer = refused(&error);
            assert_eq!((answer.status().as_u16(), value(answer.headers(), REASON)), (status, reason), "{error}");
        }
    }
}
