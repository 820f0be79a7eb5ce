@echo off
rem The command line, in the window's own runtime.
setlocal
set ELECTRON_RUN_AS_NODE=1
"%~dp0Kindling.exe" "%~dp0resources\app.asar\out\main\kindling.js" %*
