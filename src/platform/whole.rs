//! A file that appears under its name when it is whole, and not before: whoever ends the program in between leaves
//! what was there, or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file being written.
#[derive(Debug)]
pub struct Whole {
    out: BufWriter<File>,
    place: Place,
}

/// Where it is written.
#[derive(Debug)]
enum Place {
    /// Where it stays: this is no file of which there could be a part, but a pipe or a device.
    There,
    /// Nowhere: it has no name yet, and is gone when the process is.
    Nameless(PathBuf),
    /// Beside its place, under another name.
    Beside { part: PathBuf, path: PathBuf },
}

impl Whole {
    /// Begins it.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(path: &Path) -> io::Result<Self> {
        let there = fs::metadata(path).ok();
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok(Whole { out: BufWriter::new(file), place: Place::There });
        }
        // What a link leads to is replaced, and not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (file, place) = match nameless(&path) {
            Ok(file) => (file, Place::Nameless(path)),
            Err(_) => {
                let part = beside(&path);
                (OpenOptions::new().write(true).create_new(true).open(&part)?, Place::Beside { part, path })
            }
        };
        if let Some(there) = there {
            file.set_permissions(there.permissions())?;
        }
        Ok(Whole { out: BufWriter::new(file), place })
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        match std::mem::replace(&mut self.place, Place::There) {
            Place::There => Ok(()),
            Place::Nameless(path) => {
                let part = beside(&path);
                name(self.out.get_ref(), &part)?;
                fs::rename(&part, &path).inspect_err(|_| drop(fs::remove_file(&part)))
            }
            Place::Beside { part, path } => {
                fs::rename(&part, &path).inspect_err(|_| drop(fs::remove_file(&part)))
            }
        }
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let Place::Beside { part, .. } = &self.place {
            // If even that fails a part stays, but not under the name that was asked for.
            let _ = fs::remove_file(part);
        }
    }
}

/// A name beside this one that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

/// A file without a name, where this one is to be.
#[cfg(target_os = "linux")]
fn nameless(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    Ok(File::from(open(folder, flags, Mode::from_raw_mode(0o666))?))
}

/// Gives it one.
#[cfg(target_os = "linux")]
fn name(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn name(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own, which goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("racescope-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        fn names(&self) -> Vec<String> {
            let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
            fs::read_dir(&self.0).unwrap().map(name).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn it_is_there_when_it_is_whole_and_not_before() {
        let folder = Folder::new("whole");
        let path = folder.0.join("it");
        for text in ["first", "second"] {
            let before = fs::read_to_string(&path).ok();
            let mut file = Whole::create(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.flush().unwrap();
            assert_eq!(fs::read_to_string(&path).ok(), before, "what was there stays");
            file.finish().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(folder.names(), ["it"]);
        }
        drop(Whole::create(&path).unwrap());
        assert_eq!(
            (fs::read_to_string(&path).unwrap(), folder.names()),
            ("second".into(), vec!["it".into()])
        );
    }

    #[test]
    fn a_part_beside_it_goes_when_it_is_given_up() {
        let folder = Folder::new("beside");
        let path = folder.0.join("it");
        let part = beside(&path);
        for finishes in [false, true] {
            let out = BufWriter::new(File::create_new(&part).unwrap());
            let mut file = Whole { out, place: Place::Beside { part: part.clone(), path: path.clone() } };
            file.write_all(b"text").unwrap();
            if finishes {
                file.finish().unwrap();
            } else {
                drop(file);
            }
            assert_eq!(folder.names().len(), usize::from(finishes));
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "text");
    }
}
