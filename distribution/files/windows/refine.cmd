@echo off
rem Drop a folder of documents onto this file: the result appears beside it, and the report opens.
setlocal
if "%~1"=="" goto usage
call "%~dp0genba.cmd" refine "%~f1" --out "%~f1-genba"
set STATUS=%ERRORLEVEL%
if exist "%~f1-genba\report.html" start "" "%~f1-genba\report.html"
pause
exit /b %STATUS%

:usage
echo Drop a folder onto this file.
pause
exit /b 2
