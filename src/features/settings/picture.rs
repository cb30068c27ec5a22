//! Logos. What is uploaded is never given out: it is read as a picture, within narrow bounds, and
//! drawn anew as a small PNG, without whatever else the file held.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType};

/// The largest upload, in bytes.
pub const MAX_PICTURE: usize = 256 * 1024;
/// The largest width and height that is read.
const MAX_SIDE: u32 = 2048;
/// What a picture may need in memory while it is read.
const MAX_MEMORY: u64 = 64 * 1024 * 1024;
/// The width and height that is kept: twice what is shown on the largest page.
const KEPT_SIDE: u32 = 192;

/// Why something can't be a logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// More than [`MAX_PICTURE`] bytes.
    #[error("the file is too large")]
    TooLarge,
    /// Neither PNG, JPEG nor WebP, by its content.
    #[error("not a picture of a kind that is taken")]
    Kind,
    /// It can't be read, or is wider or higher than is read.
    #[error("the picture can't be read")]
    Unreadable,
}

/// The picture as it is kept.
///
/// # Errors
/// When it is none that can be taken.
pub(super) fn drawn_anew(bytes: &[u8]) -> Result<Vec<u8>, PictureFault> {
    if bytes.len() > MAX_PICTURE {
        return Err(PictureFault::TooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureFault::Kind)?;
    let taken = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];
    if !taken.contains(&format) {
        return Err(PictureFault::Kind);
    }
    let picture = read(bytes, format).ok_or(PictureFault::Unreadable)?;
    let picture = if picture.width().max(picture.height()) > KEPT_SIDE {
        picture.resize(KEPT_SIDE, KEPT_SIDE, FilterType::CatmullRom)
    } else {
        picture
    };
    let mut kept = Cursor::new(Vec::new());
    // Eight bits a colour, and nothing but colours.
    DynamicImage::from(picture.into_rgba8())
        .write_to(&mut kept, ImageFormat::Png)
        .map_err(|_| PictureFault::Unreadable)?;
    Ok(kept.into_inner())
}

fn read(bytes: &[u8], format: ImageFormat) -> Option<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let turned = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(turned);
    Some(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::from(image::RgbImage::from_pixel(
            width,
            height,
            image::Rgb([20, 120, 130]),
        ));
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_kept_is_a_small_png_whatever_came() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let kept = drawn_anew(&file(600, 300, format)).unwrap();
            assert_eq!(image::guess_format(&kept).unwrap(), ImageFormat::Png);
            let kept = image::load_from_memory(&kept).unwrap();
            assert_eq!((kept.width(), kept.height()), (192, 96), "{format:?}");
        }
        let small = drawn_anew(&file(20, 20, ImageFormat::Png)).unwrap();
        assert_eq!(image::load_from_memory(&small).unwrap().width(), 20);
    }

    #[test]
    fn nothing_that_came_along_is_kept() {
        let mut bytes = file(40, 40, ImageFormat::Png);
        bytes.extend_from_slice(b"<script>canary</script>");
        let kept = drawn_anew(&bytes).unwrap();
        assert!(!kept.windows(6).any(|six| six == b"canary"));
    }

    #[test]
    fn what_is_no_small_picture_is_refused() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>";
        let mut cut = file(100, 100, ImageFormat::Png);
        cut.truncate(60);
        let large = file(MAX_SIDE + 1, 8, ImageFormat::Png);
        for (bytes, fault) in [
            (&svg[..], PictureFault::Kind),
            (b"GIF89a\x01\0\x01\0\0\0\0;", PictureFault::Kind),
            (b"", PictureFault::Kind),
            (&cut, PictureFault::Unreadable),
            (&large, PictureFault::Unreadable),
            (&vec![0; MAX_PICTURE + 1], PictureFault::TooLarge),
        ] {
            assert_eq!(drawn_anew(bytes), Err(fault), "{} bytes", bytes.len());
        }
    }
}
