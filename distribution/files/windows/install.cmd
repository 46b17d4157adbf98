@echo off
rem Installs genba for this user, without internet access. Double-click it. ASCII only: any code page reads it.
setlocal
set "HERE=%~dp0program"
if exist "%HERE%\python\python.exe" goto bundled
py -3.13 -c "import venv" >nul 2>nul && set "USE=py -3.13" && goto found
py -3.12 -c "import venv" >nul 2>nul && set "USE=py -3.12" && goto found
py -3.11 -c "import venv" >nul 2>nul && set "USE=py -3.11" && goto found
python -c "import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" >nul 2>nul && set "USE=python" && goto found
chcp 65001 >nul
type "%HERE%\no-python.txt"
set STATUS=1
goto end

:bundled
"%HERE%\python\python.exe" "%HERE%\install.py" %*
set STATUS=%ERRORLEVEL%
goto end

:found
%USE% "%HERE%\install.py" %*
set STATUS=%ERRORLEVEL%

:end
if "%~1"=="" pause
exit /b %STATUS%
