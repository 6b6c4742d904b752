//! One look: a session that is held until everything outstanding has come.

use std::time::Duration;

use samband_proto::v1::{Deployment, Follow, Welcome, server_frame::Frame};

use super::{
    Hub, HubError,
    link::{self, Heard},
};
use crate::picture::Picture;

/// What was seen.
pub struct Seen {
    /// Who looked.
    pub welcome: Welcome,
    /// The register as it may know it.
    pub deployment: Deployment,
    /// What goes on, as far as it may see it.
    pub picture: Picture,
}

/// A hub that has not told everything by then is not reached, as far as somebody who waits is concerned.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens a session, takes in everything that is outstanding, and ends it.
///
/// # Errors
/// See [`HubError`]. A hub that is away is not waited for.
pub async fn look(hub: Hub, follow: Option<Follow>) -> Result<Seen, HubError> {
    let mut link = link::open(hub, follow, concat!("samband-gateway ", env!("CARGO_PKG_VERSION")));
    let seen = tokio::time::timeout(PATIENCE, taken_in(&mut link.heard)).await;
    match seen {
        Ok(Ok(seen)) => Ok(seen),
        Ok(Err(reason)) => match reason {
            Some(reason) => Err(HubError::Unavailable(reason)),
            None => Err(link.ended.await.unwrap_or_else(|_| HubError::Other("the link ended".into()))),
        },
        Err(_) => Err(HubError::Unavailable("it does not tell what it has".into())),
    }
}

async fn taken_in(heard: &mut tokio::sync::mpsc::Receiver<Heard>) -> Result<Seen, Option<String>> {
    let mut picture = Picture::default();
    let mut opened = None;
    loop {
        match heard.recv().await {
            Some(Heard::Up(welcome, deployment)) => opened = Some((*welcome, *deployment)),
            Some(Heard::Frame(frame)) if matches!(*frame, Frame::CaughtUp(_)) => {
                if let Some((welcome, deployment)) = opened.take() {
                    return Ok(Seen { welcome, deployment, picture });
                }
            }
            Some(Heard::Frame(frame)) => picture.take(&frame),
            Some(Heard::Down(reason)) => return Err(Some(reason)),
            None => return Err(None),
        }
    }
}
