//! Content on its way in and out, a segment at a time.

use std::error::Error;

use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use zeroize::Zeroizing;

use super::{
    AttachmentError, Attachments,
    segments::{Place, SEGMENT, Segments, count, new_prefix},
    service::{Deed, open_name},
    store::{self, Stored},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{AttachmentId, ItemId},
    },
    db::{Db, Tx},
    features::{
        access, audit,
        members::Me,
        permission::{Action, Resource},
    },
};

/// How many segments one transaction stores: half a megabyte.
const BATCH: usize = 8;

/// A file on its way out.
pub struct Download {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: i64,
    /// Its content. An error means that what was stored is broken or gone: the receiver must not
    /// take what came before for the whole.
    pub content: BoxStream<'static, Result<Vec<u8>, AttachmentError>>,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Attachments {
    /// Takes the content of an announced attachment. What breaks off can be begun again.
    ///
    /// # Errors
    /// When there is no such attachment or its content is there already, more or less arrives than
    /// was announced, the sender's connection breaks, `me` is no Owner, or sealing or the database
    /// fails.
    pub async fn upload<B, E>(
        &self,
        me: &Me,
        ids: (ItemId, AttachmentId),
        content: impl Stream<Item = Result<B, E>> + Send,
        now: Timestamp,
        client: &Client,
    ) -> Result<(), AttachmentError>
    where
        B: AsRef<[u8]> + Send,
        E: Error + Send + Sync + 'static,
    {
        let deed = Deed::new(me, ids, now, client);
        let prefix = new_prefix();
        let stored = self
            .db
            .write((deed.clone(), prefix.clone()), |tx, (deed, prefix)| {
                Box::pin(async move { begin(tx, deed, prefix).await })
            })
            .await?;
        let key = self.open_key(&stored)?;
        let segments = Segments::new(&key, &prefix, &stored.place, stored.size)?;
        let mut incoming = Incoming {
            db: &self.db,
            segments,
            upload: (deed.place, prefix.clone()),
            size: usize::try_from(stored.size).unwrap_or(usize::MAX),
            received: 0,
            rest: Zeroizing::new(Vec::with_capacity(SEGMENT)),
            next: 0,
            batch: Vec::with_capacity(BATCH),
        };
        let mut content = std::pin::pin!(content);
        while let Some(piece) = content.next().await {
            let piece = piece.map_err(|error| AttachmentError::Interrupted(error.into()))?;
            incoming.take(piece.as_ref()).await?;
        }
        incoming.finish().await?;
        self.db
            .write((deed, prefix), |tx, (deed, prefix)| {
                Box::pin(async move { end(tx, deed, prefix).await })
            })
            .await
    }

    /// Gives an attachment out. The event is committed before its first byte leaves.
    ///
    /// # Errors
    /// When there is no such attachment, `me` may not use the item, it doesn't open, or the database
    /// refuses.
    pub async fn download(
        &self,
        me: &Me,
        ids: (ItemId, AttachmentId),
        now: Timestamp,
        client: &Client,
    ) -> Result<Download, AttachmentError> {
        let deed = Deed::new(me, ids, now, client);
        let item = deed.place.item;
        access::require(&self.db, me, item, Resource::Attachment, Action::Download).await?;
        let stored = store::find(&self.db, &deed.place)
            .await?
            .filter(|stored| stored.complete)
            .ok_or(AttachmentError::NotThere)?;
        let key = self.open_key(&stored)?;
        let prefix = store::prefix(&self.db, &stored.place)
            .await?
            .ok_or(AttachmentError::Broken(0))?;
        let segments = Segments::new(&key, &prefix, &stored.place, stored.size)?;
        self.db
            .write(deed, |tx, deed| {
                Box::pin(async move { note_download(tx, deed).await })
            })
            .await?;
        Ok(Download {
            name: open_name(&key, &stored)?,
            size: stored.size,
            content: outgoing(self.db.clone(), segments, &stored),
        })
    }
}

async fn begin(tx: &mut Tx, deed: &Deed, prefix: &[u8]) -> Result<Stored, AttachmentError> {
    deed.hold(tx, Action::Add).await?;
    let stored = store::find(&mut *tx, &deed.place)
        .await?
        .ok_or(AttachmentError::NotThere)?;
    if stored.complete {
        return Err(AttachmentError::AlreadyThere);
    }
    store::begin(tx, &deed.place, prefix).await?;
    Ok(stored)
}

async fn end(tx: &mut Tx, deed: &Deed, prefix: &[u8]) -> Result<(), AttachmentError> {
    deed.hold(tx, Action::Add).await?;
    let current = store::hold(tx, &deed.place, prefix).await?;
    if !current || !store::complete(tx, &deed.place).await? {
        return Err(AttachmentError::Overtaken);
    }
    deed.record(tx, audit::Action::AttachmentAdded).await?;
    Ok(())
}

async fn note_download(tx: &mut Tx, deed: &Deed) -> Result<(), AttachmentError> {
    let item = deed.place.item;
    access::require(
        &mut *tx,
        &deed.me,
        item,
        Resource::Attachment,
        Action::Download,
    )
    .await?;
    deed.record(tx, audit::Action::AttachmentDownloaded).await?;
    Ok(())
}

/// An upload under way: at most one segment and one batch of sealed ones are in memory.
struct Incoming<'a> {
    db: &'a Db,
    segments: Segments,
    upload: (Place, Vec<u8>),
    size: usize,
    received: usize,
    rest: Zeroizing<Vec<u8>>,
    next: i64,
    batch: Vec<(i64, Vec<u8>)>,
}

impl Incoming<'_> {
    async fn take(&mut self, mut piece: &[u8]) -> Result<(), AttachmentError> {
        self.received += piece.len();
        if self.received > self.size {
            return Err(AttachmentError::TooLong);
        }
        while !piece.is_empty() {
            let room = SEGMENT - self.rest.len();
            let (now, later) = piece.split_at(room.min(piece.len()));
            self.rest.extend_from_slice(now);
            piece = later;
            if self.rest.len() == SEGMENT {
                self.seal()?;
                if self.batch.len() == BATCH {
                    self.store().await?;
                }
            }
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), AttachmentError> {
        if self.received < self.size {
            return Err(AttachmentError::TooShort);
        }
        if !self.rest.is_empty() || self.next == 0 {
            self.seal()?;
        }
        self.store().await
    }

    fn seal(&mut self) -> Result<(), AttachmentError> {
        // Room for the tag, so that sealing in place doesn't move the plaintext.
        let mut data = Vec::with_capacity(SEGMENT + 16);
        data.extend_from_slice(&self.rest);
        self.batch
            .push((self.next, self.segments.seal(self.next, data)?));
        self.rest.clear();
        self.next += 1;
        Ok(())
    }

    async fn store(&mut self) -> Result<(), AttachmentError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        self.db
            .write((self.upload.clone(), batch), |tx, (upload, batch)| {
                Box::pin(async move { put(tx, upload, batch).await })
            })
            .await
    }
}

async fn put(
    tx: &mut Tx,
    (place, prefix): &(Place, Vec<u8>),
    batch: &[(i64, Vec<u8>)],
) -> Result<(), AttachmentError> {
    if !store::hold(tx, place, prefix).await? {
        return Err(AttachmentError::Overtaken);
    }
    for (position, data) in batch {
        store::put_segment(tx, place, *position, data).await?;
    }
    Ok(())
}

fn outgoing(
    db: Db,
    segments: Segments,
    stored: &Stored,
) -> BoxStream<'static, Result<Vec<u8>, AttachmentError>> {
    let (place, all) = (stored.place, count(stored.size));
    stream::try_unfold(
        (db, segments, 0),
        move |(db, segments, position)| async move {
            if position == all {
                return Ok(None);
            }
            let sealed = store::segment(&db, &place, position)
                .await?
                .ok_or(AttachmentError::Broken(position))?;
            let data = segments
                .open(position, sealed)
                .map_err(|_| AttachmentError::Broken(position))?;
            Ok(Some((data, (db, segments, position + 1))))
        },
    )
    .boxed()
}
