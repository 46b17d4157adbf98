@echo off
rem Runs genba from this folder (a USB stick, a share) without installing it.
if not exist "%~dp0program\python\python.exe" goto missing
"%~dp0program\python\python.exe" -P -m genba %*
exit /b %ERRORLEVEL%

:missing
echo This archive has no Python of its own: double-click install.cmd first.
pause
exit /b 1
