; The Windows installer, for Inno Setup 6.3 or newer. installer/windows_package.py runs it:
;   ISCC /DVersion=1.2.3 /DBuild=C:\...\dist\Undertone /O"C:\...\dist" undertone.iss
; For one person without asking for rights, or for all where they are given. Removing the program
; leaves the person's data, and says where they are.

#ifndef Version
  #error Say /DVersion=1.2.3
#endif
#ifndef Build
  #error Say /DBuild=the folder of the built program
#endif

[Setup]
AppId={{6B0B7C52-9C0E-4E0F-9F57-1D0C6C3B7A41}
AppName=Undertone
AppVersion={#Version}
AppVerName=Undertone {#Version}
VersionInfoVersion={#Version}
DefaultDirName={autopf}\Undertone
DefaultGroupName=Undertone
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
Compression=lzma2/max
SolidCompression=yes
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\resources\icons\undertone.ico
UninstallDisplayIcon={app}\Undertone.exe
OutputBaseFilename=Undertone-{#Version}-windows-x64
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no
WizardStyle=modern
TimeStampsInUTC=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; What an older version laid there and this one does not must not be loaded by it.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Build}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Undertone"; Filename: "{app}\Undertone.exe"
Name: "{autodesktop}\Undertone"; Filename: "{app}\Undertone.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.undertone"; ValueType: string; ValueData: "Undertone.Model"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\Undertone.Model"; ValueType: string; ValueData: "Undertone model"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Undertone.Model\DefaultIcon"; ValueType: string; ValueData: "{app}\Undertone.exe,0"
Root: HKA; Subkey: "Software\Classes\Undertone.Model\shell\open\command"; ValueType: string; ValueData: """{app}\Undertone.exe"" open ""%1"""
Root: HKA; Subkey: "Software\Classes\Undertone.Lyric"; ValueType: string; ValueData: "Timed lyrics"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Undertone.Lyric\shell\open\command"; ValueType: string; ValueData: """{app}\Undertone.exe"" open ""%1"""
; Offered for .lrc, never taken from the program the person has chosen.
Root: HKA; Subkey: "Software\Classes\.lrc\OpenWithProgids"; ValueType: string; ValueName: "Undertone.Lyric"; Flags: uninsdeletevalue

[Run]
Filename: "{app}\Undertone.exe"; Description: "{cm:LaunchProgram,Undertone}"; Flags: nowait postinstall skipifsilent

[Code]
const
  UninstallKey = 'Software\Microsoft\Windows\CurrentVersion\Uninstall\{6B0B7C52-9C0E-4E0F-9F57-1D0C6C3B7A41}_is1';

function InstalledVersion(): String;
begin
  if not RegQueryStringValue(HKA, UninstallKey, 'DisplayVersion', Result) then
    Result := '';
end;

function InitializeSetup(): Boolean;
var
  Installed: String;
  Ours, Theirs: Int64;
begin
  Result := True;
  Installed := InstalledVersion();
  if (Installed <> '') and StrToVersion(Installed, Theirs) and StrToVersion('{#Version}', Ours)
     and (ComparePackedVersion(Theirs, Ours) > 0) then
  begin
    SuppressibleMsgBox('Undertone ' + Installed + ' is installed already, and it is newer than this '
      + '{#Version}. An older version may not read the library of a newer one, so nothing was '
      + 'changed. To go back all the same, remove Undertone first: your data stay.',
      mbInformation, MB_OK, IDOK);
    Result := False;
  end;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
begin
  if Step = usPostUninstall then
    SuppressibleMsgBox('Undertone is removed. Your songs, chats, models and settings stay in'#13#10
      + ExpandConstant('{localappdata}\Undertone') + #13#10
      + 'Delete that folder if you do not want them any more.', mbInformation, MB_OK, IDOK);
end;
