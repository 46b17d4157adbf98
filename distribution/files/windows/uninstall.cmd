@echo off
rem Removes genba's program files; settings, logs and results stay.
setlocal
if exist "%LOCALAPPDATA%\Programs\genba\uninstall.cmd" goto installed
echo genba is not installed for this user.
pause
exit /b 1

:installed
call "%LOCALAPPDATA%\Programs\genba\uninstall.cmd"
