//! Logos. What is uploaded is never given out: it is read as a picture, within narrow bounds, and
//! drawn anew as a small PNG, without whatever else the file held.

use std::{borrow::Cow, io::Cursor};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType};

/// The largest upload, in bytes.
pub const MAX_PICTURE: usize = 256 * 1024;
/// The largest width and height that is read.
const MAX_SIDE: u32 = 1024;
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
    // Eight bits a colour, and nothing but colours.
    let picture = DynamicImage::from(picture.into_rgba8());
    let picture = if picture.width().max(picture.height()) > KEPT_SIDE {
        picture.resize(KEPT_SIDE, KEPT_SIDE, FilterType::CatmullRom)
    } else {
        picture
    };
    let mut kept = Cursor::new(Vec::new());
    picture
        .write_to(&mut kept, ImageFormat::Png)
        .map_err(|_| PictureFault::Unreadable)?;
    Ok(kept.into_inner())
}

/// The parts of a PNG that are drawn: header, palette, transparency, pixels. What else a file brings,
/// such as a colour profile, may unpack into a thousand times its size, and isn't kept anyway.
fn drawn_parts(png: &[u8]) -> Option<Vec<u8>> {
    let (signature, mut rest) = png.split_at_checked(8)?;
    let mut drawn = signature.to_vec();
    // Length, kind, data, checksum (RFC 2083, section 3.2).
    while let Some((length, _)) = rest.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (chunk, after) = rest.split_at_checked(length.checked_add(12)?)?;
        let kind = chunk.get(4..8)?;
        let needed = kind.first().is_some_and(u8::is_ascii_uppercase);
        if needed || kind == b"tRNS" {
            drawn.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            break;
        }
        rest = after;
    }
    Some(drawn)
}

fn read(bytes: &[u8], format: ImageFormat) -> Option<DynamicImage> {
    let drawn = match format {
        ImageFormat::Png => Cow::Owned(drawn_parts(bytes)?),
        _ => Cow::Borrowed(bytes),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(&*drawn), format);
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
    fn what_isnt_drawn_of_a_png_isnt_unpacked() {
        let plain = file(40, 40, ImageFormat::Png);
        let chunk = |kind: &[u8; 4], data: &[u8]| {
            let length = u32::try_from(data.len()).unwrap().to_be_bytes();
            [&length[..], kind, data, &[0; 4]].concat()
        };
        // Behind the header, which has 33 bytes with the signature.
        let (head, pixels) = plain.split_at(33);
        let extras = [
            chunk(b"iCCP", b"profile\0\0bomb"),
            chunk(b"zTXt", b"text\0\0bomb"),
            chunk(b"acTL", &[0; 8]),
        ];
        let laden = [head, &extras.concat(), pixels, b"and behind its end"].concat();
        assert_eq!(drawn_parts(&laden).unwrap(), plain);
        assert_eq!(drawn_anew(&laden), drawn_anew(&plain));
        let palette = [head, &chunk(b"tRNS", &[0; 2]), pixels].concat();
        assert_eq!(drawn_parts(&palette).unwrap(), palette, "drawn, too");
        let endless = [head, &[0xff; 12]].concat();
        assert_eq!(drawn_parts(&endless), None);
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
