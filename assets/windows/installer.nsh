; Macros that electron-builder's installer script calls at its end (nsis.include of electron-builder.yml).

; Offered by "open with". electron-builder's own associations would make Kindling the usual program for such files,
; and leave them with a program that is gone. Format: learn.microsoft.com/windows/win32/shell/app-registration
!define OFFERED "Software\Classes\Applications\${PRODUCT_FILENAME}.exe"

!macro offerFor EXTENSION
  WriteRegStr SHELL_CONTEXT "${OFFERED}\SupportedTypes" "${EXTENSION}" ""
!macroend

; The folder in which installers of updates are stored. It is always the user's.
!macro inUpdates ACT
  ${if} $installMode == "all"
    SetShellVarContext current
  ${endif}
  ${ACT}
  ${if} $installMode == "all"
    SetShellVarContext all
  ${endif}
!macroend

!macro customInstall
  WriteRegStr SHELL_CONTEXT "${OFFERED}" "FriendlyAppName" "${PRODUCT_NAME}"
  WriteRegStr SHELL_CONTEXT "${OFFERED}\shell\open\command" "" '"$appExe" "%1"'
  !insertmacro offerFor ".iso"
  !insertmacro offerFor ".raw"
  !insertmacro offerFor ".img"
  !insertmacro offerFor ".xz"
  !insertmacro offerFor ".zst"
  ; The script has stored the installer for updates by differences. Kindling's updates are whole files.
  !insertmacro inUpdates `Delete "$LOCALAPPDATA\${APP_INSTALLER_STORE_FILE}"`
!macroend

!macro customUnInstall
  ${ifNot} ${isUpdated}
    DeleteRegKey SHELL_CONTEXT "${OFFERED}"
    !insertmacro inUpdates `RMDir /r "$LOCALAPPDATA\${APP_PACKAGE_NAME}-updater"`
  ${endIf}
!macroend
