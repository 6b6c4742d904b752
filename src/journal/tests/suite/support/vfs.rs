//! SQLite's door to the simulated disk: a VFS of its own for each disk.
#![expect(unsafe_code, reason = "SQLite calls a VFS through C function pointers; test support only")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::ffi;

use super::disk::{Fault, Inner, SimDisk};
use super::locks;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A registered VFS; unregistered when its disk goes.
pub(crate) struct Registration {
    vfs: *mut ffi::sqlite3_vfs,
    name: CString,
}

// SAFETY: the pointer is only used to register and unregister, which SQLite guards by its own mutex.
unsafe impl Send for Registration {}
// SAFETY: as above; there is no access through a shared reference.
unsafe impl Sync for Registration {}

impl Registration {
    pub(crate) fn new(disk: Weak<Inner>) -> Self {
        let name = CString::new(format!("simulated-{}", COUNT.fetch_add(1, Ordering::SeqCst))).unwrap();
        let vfs = Box::into_raw(Box::new(ffi::sqlite3_vfs {
            iVersion: 1,
            szOsFile: c_int::try_from(size_of::<Handle>()).unwrap(),
            mxPathname: 512,
            pNext: ptr::null_mut(),
            zName: name.as_ptr(),
            pAppData: Box::into_raw(Box::new(disk)).cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: Some(last_error),
            xCurrentTimeInt64: None,
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: `vfs` is valid until it is unregistered in `drop`, as is the name it points to.
        let code = unsafe { ffi::sqlite3_vfs_register(vfs, 0) };
        assert_eq!(code, ffi::SQLITE_OK);
        Self { vfs, name }
    }

    pub(crate) fn name(&self) -> &str {
        self.name.to_str().unwrap()
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: open files hold the disk, so none is open any more; both boxes were made in `new` and are freed once.
        unsafe {
            ffi::sqlite3_vfs_unregister(self.vfs);
            let vfs = Box::from_raw(self.vfs);
            drop(Box::from_raw(vfs.pAppData.cast::<Weak<Inner>>()));
        }
    }
}

/// An open file as SQLite holds it: its own part first.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    open: *mut OpenFile,
}

pub(super) struct OpenFile {
    pub(super) disk: SimDisk,
    pub(super) name: String,
    pub(super) level: c_int,
    pub(super) shm_shared: u8,
    pub(super) shm_exclusive: u8,
    pub(super) uses_shm: bool,
    delete_on_close: bool,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(locks::lock),
    xUnlock: Some(locks::unlock),
    xCheckReservedLock: Some(locks::check_reserved),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(locks::shm_map),
    xShmLock: Some(locks::shm_lock),
    xShmBarrier: Some(locks::shm_barrier),
    xShmUnmap: Some(locks::shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The disk of a VFS.
///
/// # Safety
/// `vfs` is one of ours.
unsafe fn disk(vfs: *mut ffi::sqlite3_vfs) -> Option<SimDisk> {
    // SAFETY: `pAppData` was set to such a box in `Registration::new` and lives as long as the VFS.
    let weak = unsafe { &*(*vfs).pAppData.cast::<Weak<Inner>>() };
    weak.upgrade().map(SimDisk)
}

/// The file behind a handle.
///
/// # Safety
/// `file` was opened by [`open`] and not yet closed; SQLite uses a handle from one thread at a time.
pub(super) unsafe fn file<'a>(file: *mut ffi::sqlite3_file) -> &'a mut OpenFile {
    // SAFETY: see above.
    unsafe { &mut *(*file.cast::<Handle>()).open }
}

/// The last part of a path: a simulated disk has one directory.
///
/// # Safety
/// `path` is a C string.
unsafe fn base_name(path: *const c_char) -> String {
    // SAFETY: see above.
    let path = unsafe { CStr::from_ptr(path) }.to_str().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

fn code(outcome: Result<(), Fault>, io: c_int) -> c_int {
    match outcome {
        Ok(()) => ffi::SQLITE_OK,
        Err(Fault::NoSpace) => ffi::SQLITE_FULL,
        Err(Fault::Eio | Fault::ShortWrite | Fault::LoseSync) => io,
    }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    handle: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives `szOsFile` bytes for the handle, our own VFS, and a C string or null as the name.
    unsafe {
        let handle = handle.cast::<Handle>();
        (*handle).base.pMethods = ptr::null();
        let Some(disk) = disk(vfs) else { return ffi::SQLITE_CANTOPEN };
        let mut state = disk.state();
        let name = if name.is_null() {
            state.temporary += 1;
            format!("temporary-{}", state.temporary)
        } else {
            base_name(name)
        };
        if !state.files.contains_key(&name) {
            if flags & ffi::SQLITE_OPEN_CREATE == 0 {
                return ffi::SQLITE_CANTOPEN;
            }
            state.files.insert(name.clone(), Default::default());
        }
        drop(state);
        let delete_on_close = flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0;
        let (level, shm_shared, shm_exclusive, uses_shm) = (ffi::SQLITE_LOCK_NONE, 0, 0, false);
        let open = OpenFile { disk, name, level, shm_shared, shm_exclusive, uses_shm, delete_on_close };
        (*handle).open = Box::into_raw(Box::new(open));
        (*handle).base.pMethods = &raw const METHODS;
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(handle: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes once; the box was made in `open`.
    let open = unsafe {
        locks::unlock(handle, ffi::SQLITE_LOCK_NONE);
        Box::from_raw((*handle.cast::<Handle>()).open)
    };
    if open.delete_on_close {
        open.disk.remove(&open.name);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(handle: *mut ffi::sqlite3_file, out: *mut c_void, amount: c_int, offset: i64) -> c_int {
    // SAFETY: `out` has room for `amount` bytes.
    let (open, out) =
        unsafe { (file(handle), std::slice::from_raw_parts_mut(out.cast::<u8>(), usize::try_from(amount).unwrap())) };
    let state = open.disk.state();
    let bytes = state.files.get(&open.name).map_or(&[][..], |file| &file.current);
    let rest = bytes.get(usize::try_from(offset).unwrap()..).unwrap_or(&[]);
    let found = rest.len().min(out.len());
    out[..found].copy_from_slice(&rest[..found]);
    out[found..].fill(0);
    if found < out.len() { ffi::SQLITE_IOERR_SHORT_READ } else { ffi::SQLITE_OK }
}

unsafe extern "C" fn write(handle: *mut ffi::sqlite3_file, from: *const c_void, amount: c_int, offset: i64) -> c_int {
    // SAFETY: `from` holds `amount` bytes.
    let (open, bytes) =
        unsafe { (file(handle), std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(amount).unwrap())) };
    let outcome = open.disk.state().write(&open.name, usize::try_from(offset).unwrap(), bytes);
    code(outcome, ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(handle: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: an open handle.
    let open = unsafe { file(handle) };
    code(open.disk.state().truncate(&open.name, usize::try_from(size).unwrap()), ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(handle: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: an open handle.
    let open = unsafe { file(handle) };
    code(open.disk.state().sync(&open.name), ffi::SQLITE_IOERR_FSYNC)
}

unsafe extern "C" fn file_size(handle: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: an open handle and a place for the answer.
    unsafe {
        let open = file(handle);
        *size = i64::try_from(open.disk.size(&open.name)).unwrap();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// What SQLite assumes of a Unix file system too: a write changes nothing outside of itself, even when the power goes.
unsafe extern "C" fn characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, _sync_dir: c_int) -> c_int {
    // SAFETY: our own VFS and a C string.
    let (disk, name) = unsafe { (disk(vfs), base_name(name)) };
    let Some(disk) = disk else { return ffi::SQLITE_IOERR_DELETE };
    let mut state = disk.state();
    if !state.files.contains_key(&name) {
        return ffi::SQLITE_IOERR_DELETE_NOENT;
    }
    code(state.delete(&name), ffi::SQLITE_IOERR_DELETE)
}

unsafe extern "C" fn access(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, _flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: our own VFS, a C string and a place for the answer.
    unsafe {
        let name = base_name(name);
        *out = c_int::from(disk(vfs).is_some_and(|disk| disk.state().files.contains_key(&name)));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: a C string, and `room` bytes for the answer.
    unsafe {
        let length = CStr::from_ptr(name).to_bytes_with_nul().len();
        if length > usize::try_from(room).unwrap() {
            return ffi::SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(name, out, length);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, amount: c_int, out: *mut c_char) -> c_int {
    // SAFETY: `out` has room for `amount` bytes.
    unsafe { ptr::write_bytes(out, 0x5a, usize::try_from(amount).unwrap()) };
    amount
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    std::thread::sleep(Duration::from_micros(u64::try_from(microseconds).unwrap()));
    microseconds
}

unsafe extern "C" fn current_time(_: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: a place for the answer.
    unsafe { *out = 2_460_000.5 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn last_error(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}
