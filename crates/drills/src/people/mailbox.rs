//! The mails that the nodes write into a folder, sorted by whom they are for.

use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use mailparse::MailHeaderMap;
use tokio::{sync::Mutex, time::sleep};

/// How long a mail may take: a job whose node failed is taken up by another one after its lease.
const PATIENCE: Duration = Duration::from_secs(150);

/// A folder of mails.
pub struct Mailbox {
    folder: PathBuf,
    /// Text parts that nobody took yet, by address.
    waiting: Mutex<HashMap<String, Vec<String>>>,
}

impl Mailbox {
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            waiting: Mutex::default(),
        }
    }

    /// Waits for a mail to `address` that holds `mark`, and gives the token behind the mark.
    /// Nothing when none comes.
    pub async fn token(&self, address: &str, mark: &str) -> Option<String> {
        let patience = Instant::now() + PATIENCE;
        loop {
            if let Some(token) = self.take(address, mark).await {
                return Some(token);
            }
            if Instant::now() > patience {
                return None;
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn take(&self, address: &str, mark: &str) -> Option<String> {
        let mut waiting = self.waiting.lock().await;
        self.collect(&mut waiting);
        let texts = waiting.get_mut(address)?;
        let found = texts.iter().position(|text| text.contains(mark))?;
        let text = texts.remove(found);
        let (_, after) = text.split_once(mark)?;
        Some(after.chars().take(43).collect())
    }

    /// Takes every mail out of the folder. What has another name is still being written.
    fn collect(&self, waiting: &mut HashMap<String, Vec<String>>) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|ending| ending != "eml") {
                continue;
            }
            let raw = fs::read(&path).unwrap_or_default();
            let _ = fs::remove_file(&path);
            if let Some((address, text)) = read(&raw) {
                waiting.entry(address).or_default().push(text);
            }
        }
    }
}

/// To whom a mail is, and its text part.
fn read(raw: &[u8]) -> Option<(String, String)> {
    let mail = mailparse::parse_mail(raw).ok()?;
    let to = mail.headers.get_first_value("To")?;
    let address = to.rsplit('<').next()?.trim_end_matches('>').to_owned();
    let text = mail
        .parts()
        .find(|part| part.ctype.mimetype == "text/plain")?;
    Some((address, text.get_body().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_for_its_address_and_text() {
        let raw = "From: a@b.example\r\nTo: \"Mira Okafor\" <mira@larkfield.example>\r\n\
                   MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n\
                   --x\r\nContent-Type: text/plain\r\n\r\nhttp://localhost/confirm#abc\r\n--x--\r\n";
        let (address, text) = read(raw.as_bytes()).unwrap();
        assert_eq!(address, "mira@larkfield.example");
        assert!(text.contains("/confirm#abc"));
    }
}
