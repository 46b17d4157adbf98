"""Who owns a file and who may read it, as the file system says; empty where it does not."""

import stat
import sys
from functools import lru_cache
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _OWNER, _DACL, _FILE_OBJECT, _REVISION = 1, 4, 1, 1

    def owner_and_access(path: Path) -> tuple[str, str]:
        """Give the owner's account and the access list in SDDL."""
        advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        owner, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
        failed = advapi32.GetNamedSecurityInfoW(
            str(path), _FILE_OBJECT, _OWNER | _DACL, ctypes.byref(owner), None, None, None, ctypes.byref(descriptor)
        )
        if failed:
            return "", ""
        try:
            return _account(advapi32, owner), _sddl(advapi32, kernel32, descriptor)
        finally:
            kernel32.LocalFree(descriptor)

    def _account(advapi32: ctypes.WinDLL, sid: ctypes.c_void_p) -> str:
        name, domain = ctypes.create_unicode_buffer(256), ctypes.create_unicode_buffer(256)
        name_size, domain_size, use = wintypes.DWORD(256), wintypes.DWORD(256), wintypes.DWORD()
        found = advapi32.LookupAccountSidW(
            None, sid, name, ctypes.byref(name_size), domain, ctypes.byref(domain_size), ctypes.byref(use)
        )
        return f"{domain.value}\\{name.value}" if found else ""

    def _sddl(advapi32: ctypes.WinDLL, kernel32: ctypes.WinDLL, descriptor: ctypes.c_void_p) -> str:
        text = ctypes.c_wchar_p()
        done = advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor, _REVISION, _DACL, ctypes.byref(text), None
        )
        if not done:
            return ""
        try:
            return text.value or ""
        finally:
            kernel32.LocalFree(text)

else:
    import grp
    import pwd

    def owner_and_access(path: Path) -> tuple[str, str]:
        """Give the owner's and the group's name, and the permission bits as ls shows them."""
        try:
            status = path.stat()
        except OSError:
            return "", ""
        return f"{_user(status.st_uid)}:{_group(status.st_gid)}", stat.filemode(status.st_mode)

    @lru_cache(maxsize=1024)
    def _user(number: int) -> str:
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            return str(number)

    @lru_cache(maxsize=1024)
    def _group(number: int) -> str:
        try:
            return grp.getgrgid(number).gr_name
        except KeyError:
            return str(number)
