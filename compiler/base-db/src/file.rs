//! The file input.
#![allow(missing_docs, reason = "salsa generates functions without documentation")]

use crate::{Digest, FilePath, ReadFailure};
use std::sync::Arc;

/// Files above this size are not compiled (they get one clear error): 100 MiB, in bytes (a limit of the editor protocol chapter of the contract).
pub const MAX_FILE_BYTES: u64 = 100 * 1024 * 1024;

/// Whether a file's text can be had.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum FileStatus {
    /// It is there and can be read.
    #[default]
    Present,
    /// It is not there.
    Missing,
    /// It is there, but its text cannot be had; the text says why.
    Unreadable(Arc<str>),
    /// It is larger than [`MAX_FILE_BYTES`]; holds its size in bytes.
    TooLarge(u64),
    /// Its bytes are not UTF-8; holds the offset of the first bad byte and its line, counted from 1.
    NotUtf8 {
        /// Byte offset of the first byte that is not part of a valid character.
        offset: u64,
        /// Line of that byte, from 1.
        line: u32,
    },
}

/// A file of the project, or one that was looked for and may appear later.
///
/// Only its path is fixed. The digest is that of the effective text: the unsaved text while an editor
/// has the file open, the bytes on disk otherwise; [`Digest::ZERO`] while there is none.
#[salsa::input(debug)]
pub struct File {
    /// Where it is, relative to the project root.
    #[returns(ref)]
    pub path: FilePath,
    /// Digest of the effective text.
    #[returns(copy)]
    pub digest: Digest,
    /// Whether the text can be had.
    #[returns(ref)]
    pub status: FileStatus,
    /// Unsaved text of an editor. It hides the disk.
    #[returns(ref)]
    pub overlay: Option<Arc<str>>,
}

/// The text of a file as a query saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceText {
    /// The text; empty when there is none.
    pub text: Arc<str>,
    /// Whether the text has the digest that the input promised. A file that changed between its
    /// digest and its reading has not; nothing computed from such a text may be stored.
    pub matches_digest: bool,
}

/// What reading a file from the world gave: the values of a [`File`] input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileFacts {
    /// Digest of the bytes, [`Digest::ZERO`] when there are none.
    pub digest: Digest,
    /// Whether the text can be had.
    pub status: FileStatus,
}

impl FileFacts {
    /// The facts of bytes just read, or of the failure to read them.
    pub fn of(read: &Result<Arc<[u8]>, ReadFailure>) -> FileFacts {
        match read {
            Ok(bytes) => {
                let status = match std::str::from_utf8(bytes) {
                    Ok(_) => FileStatus::Present,
                    Err(error) => {
                        let offset = error.valid_up_to();
                        let line = bytes[..offset].iter().filter(|byte| **byte == b'\n').count();
                        FileStatus::NotUtf8 { offset: offset as u64, line: line as u32 + 1 }
                    }
                };
                FileFacts { digest: Digest::of(bytes), status }
            }
            Err(failure) => FileFacts {
                digest: Digest::ZERO,
                status: match failure {
                    ReadFailure::Missing => FileStatus::Missing,
                    ReadFailure::Unreadable(why) => FileStatus::Unreadable(why.clone()),
                    ReadFailure::TooLarge(size) => FileStatus::TooLarge(*size),
                },
            },
        }
    }

    /// The facts of an editor's unsaved text.
    pub fn of_overlay(text: &str) -> FileFacts {
        let status = if text.len() as u64 > MAX_FILE_BYTES {
            FileStatus::TooLarge(text.len() as u64)
        } else {
            FileStatus::Present
        };
        FileFacts { digest: Digest::of(text.as_bytes()), status }
    }
}
