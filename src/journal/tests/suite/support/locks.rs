//! Locks and shared memory of the simulated disk, so that several connections can use one database.
#![expect(unsafe_code, reason = "SQLite calls a VFS through C function pointers; test support only")]

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::mem;
use std::ptr;
use std::sync::atomic::{Ordering, fence};

use rusqlite::ffi;

use super::disk::State;
use super::vfs::file;

/// Rollback-mode locks of one file, as all its handles together hold them.
#[derive(Default)]
pub(crate) struct LockState {
    shared: u32,
    reserved: bool,
    pending: bool,
    exclusive: bool,
}

/// The shared memory of a write-ahead log. It never reaches the disk.
#[derive(Default)]
pub(crate) struct Shm {
    /// Given to SQLite as they are; only it reads and writes them, by its rules for memory shared by processes.
    regions: Vec<Box<[UnsafeCell<u64>]>>,
    /// Per lock: holders of a shared lock, or -1 for an exclusive one.
    locks: [i32; 8],
    users: u32,
}

pub(super) unsafe extern "C" fn lock(handle: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open handle.
    let open = unsafe { file(handle) };
    if open.level >= level {
        return ffi::SQLITE_OK;
    }
    let mut state = open.disk.state();
    let locks = &mut state.files.entry(open.name.clone()).or_default().locks;
    match level {
        ffi::SQLITE_LOCK_SHARED if locks.pending || locks.exclusive => return ffi::SQLITE_BUSY,
        ffi::SQLITE_LOCK_SHARED => locks.shared += 1,
        ffi::SQLITE_LOCK_RESERVED if locks.reserved => return ffi::SQLITE_BUSY,
        ffi::SQLITE_LOCK_RESERVED => locks.reserved = true,
        _ if (locks.reserved && open.level < ffi::SQLITE_LOCK_RESERVED)
            || (locks.pending && open.level < ffi::SQLITE_LOCK_PENDING) =>
        {
            return ffi::SQLITE_BUSY;
        }
        _ => {
            (locks.reserved, locks.pending) = (true, true);
            open.level = ffi::SQLITE_LOCK_PENDING;
            if locks.shared > 1 {
                return ffi::SQLITE_BUSY;
            }
            locks.exclusive = true;
        }
    }
    open.level = level;
    ffi::SQLITE_OK
}

pub(super) unsafe extern "C" fn unlock(handle: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open handle.
    let open = unsafe { file(handle) };
    let mut state = open.disk.state();
    if let Some(file) = state.files.get_mut(&open.name) {
        if open.level >= ffi::SQLITE_LOCK_RESERVED && level < ffi::SQLITE_LOCK_RESERVED {
            (file.locks.reserved, file.locks.pending, file.locks.exclusive) = (false, false, false);
        }
        if open.level >= ffi::SQLITE_LOCK_SHARED && level == ffi::SQLITE_LOCK_NONE {
            file.locks.shared -= 1;
        }
    }
    open.level = open.level.min(level);
    ffi::SQLITE_OK
}

pub(super) unsafe extern "C" fn check_reserved(handle: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open handle and a place for the answer.
    unsafe {
        let open = file(handle);
        *out = c_int::from(open.disk.state().files.get(&open.name).is_some_and(|file| file.locks.reserved));
    }
    ffi::SQLITE_OK
}

/// Runs with the shared memory of a database.
fn with_shm<T>(state: &mut State, name: &str, run: impl FnOnce(&mut Shm) -> T) -> T {
    run(&mut state.files.entry(name.to_owned()).or_default().shm)
}

pub(super) unsafe extern "C" fn shm_map(
    handle: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open handle.
    let open = unsafe { file(handle) };
    let (region, words) = (usize::try_from(region).unwrap(), usize::try_from(size).unwrap() / size_of::<u64>());
    let first = !mem::replace(&mut open.uses_shm, true);
    let found = with_shm(&mut open.disk.state(), &open.name, |shm| {
        shm.users += u32::from(first);
        while extend != 0 && shm.regions.len() <= region {
            shm.regions.push((0..words).map(|_| UnsafeCell::new(0)).collect());
        }
        // A region stays where it is until the last user has gone.
        shm.regions.get(region).map_or(ptr::null_mut(), |words| words.as_ptr().cast_mut().cast())
    });
    // SAFETY: a place for the answer.
    unsafe { *out = found };
    ffi::SQLITE_OK
}

pub(super) unsafe extern "C" fn shm_lock(
    handle: *mut ffi::sqlite3_file,
    offset: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: an open handle.
    let open = unsafe { file(handle) };
    let range = usize::try_from(offset).unwrap()..usize::try_from(offset + count).unwrap();
    let mask: u8 = range.clone().fold(0, |mask, bit| mask | 1 << bit);
    let shared = flags & ffi::SQLITE_SHM_SHARED != 0;
    let (own_shared, own_exclusive) = (&mut open.shm_shared, &mut open.shm_exclusive);
    with_shm(&mut open.disk.state(), &open.name, |shm| {
        let locks = &mut shm.locks[range];
        match (flags & ffi::SQLITE_SHM_UNLOCK != 0, shared) {
            (true, true) if *own_shared & mask != 0 => {
                locks.iter_mut().for_each(|lock| *lock -= 1);
                *own_shared &= !mask;
            }
            (true, false) if *own_exclusive & mask != 0 => {
                locks.fill(0);
                *own_exclusive &= !mask;
            }
            (true, _) => {}
            (false, true) if *own_shared & mask != 0 => {}
            (false, true) if locks.iter().any(|lock| *lock < 0) => return ffi::SQLITE_BUSY,
            (false, true) => {
                locks.iter_mut().for_each(|lock| *lock += 1);
                *own_shared |= mask;
            }
            (false, false) if locks.iter().any(|lock| *lock != 0) => return ffi::SQLITE_BUSY,
            (false, false) => {
                locks.fill(-1);
                *own_exclusive |= mask;
            }
        }
        ffi::SQLITE_OK
    })
}

pub(super) unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

pub(super) unsafe extern "C" fn shm_unmap(handle: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: an open handle.
    let open = unsafe { file(handle) };
    if mem::take(&mut open.uses_shm) {
        with_shm(&mut open.disk.state(), &open.name, |shm| {
            shm.users -= 1;
            if shm.users == 0 {
                *shm = Shm::default();
            }
        });
    }
    ffi::SQLITE_OK
}
