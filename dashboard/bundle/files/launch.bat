@echo off
rem Looks for a Python that fits, prepares what is needed beside (once), starts the workshop.
rem ASCII only: cmd loses its place in a file with longer characters once the code page is changed.
setlocal
chcp 65001 >nul
title Penser demain
set "PYTHONUTF8=1"
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
pushd "%~dp0"
if not exist "fichiers\start.py" goto packed
set "FOUND="
for %%v in (@VERSIONS@) do if not defined FOUND call :try py -%%v
for %%p in (python python3) do if not defined FOUND call :try %%p
if not defined FOUND goto missing
%FOUND% "fichiers\start.py" %*
set "STATUS=%errorlevel%"
if not "%STATUS%"=="0" pause
popd
exit /b %STATUS%

:try
%* "fichiers\suitable.py" >nul 2>nul && set "FOUND=%*"
exit /b 0

:packed
echo Ce fichier a besoin du dossier qui l'accompagne.
echo Clic droit sur le fichier .zip, puis "Extraire tout", et recommencez dans le nouveau dossier.
echo.
pause
popd
exit /b 1

:missing
type "fichiers\python-manquant.txt"
echo.
pause
popd
exit /b 1
