Attribute VB_Name = "KpiStart"
Option Explicit

' What happens when Excel has opened the add-in: help for the function wizard, and a look at the versions.

Public Sub StartUp()
    Dim message As String

#If Mac Then
#Else
    RegisterFunctions
#End If
    message = VersionMessage()
    If message <> "" Then Tell message
End Sub

' Category and help of one function, in Excel's language. A function works without them: no error ends this.
Public Sub RegisterFunction(ByVal functionName As String, ByVal argumentCount As Long)
    Dim help() As String
    Dim macro As String
    Dim key As String
    Dim i As Long

    On Error GoTo done
    key = "function_" & functionName
    macro = "'" & ThisWorkbook.Name & "'!" & functionName
    If argumentCount = 0 Then
        Application.MacroOptions Macro:=macro, Description:=TextOf(key), Category:=TextOf(key & "_category")
        Exit Sub
    End If
    ReDim help(1 To argumentCount)
    For i = 1 To argumentCount
        help(i) = TextOf(key & "_" & i)
    Next i
    Application.MacroOptions Macro:=macro, Description:=TextOf(key), Category:=TextOf(key & "_category"), _
        ArgumentDescriptions:=help
done:
End Sub

' "" when the add-in fits the Python package and the xlwings that it was built for.
Public Function VersionMessage() As String
    VersionMessage = Differs("xl-kpi", ADDIN_VERSION, InstalledVersion("PACKAGE"))
    If VersionMessage = "" Then VersionMessage = Differs("xlwings", XLWINGS_VERSION, InstalledVersion("XLWINGS"))
End Function

Private Function Differs(ByVal package As String, ByVal expected As String, ByVal found As String) As String
    If found = expected Or found = "" Then Exit Function
    Differs = TextOf(IIf(found = "?", "vba_package_gone", "vba_versions_differ"))
    Differs = Replace(Differs, "{package}", package)
    Differs = Replace(Differs, "{expected}", expected)
    Differs = Replace(Differs, "{found}", found)
End Function

' "" where nothing was installed by xl-kpi, "?" where the package's file is gone.
Private Function InstalledVersion(ByVal part As String) As String
#If Mac Then
    ' Excel's sandbox would ask before reading a file outside: here stands what was there at installation.
    InstalledVersion = GetConfig(part & "_VERSION")
#Else
    Dim path As String

    path = GetConfig(part & "_FILE")
    If path = "" Then Exit Function
    If FileExists(path) Then
        InstalledVersion = VersionIn(path)
    Else
        InstalledVersion = "?"
    End If
#End If
End Function

' The number after __version__ = in a Python file; "" where the file has none.
Private Function VersionIn(ByVal path As String) As String
    Dim content As String
    Dim start As Long

    content = ReadFile(path)
    start = InStr(content, "__version__ = """)
    If start = 0 Then Exit Function
    content = Mid$(content, start + Len("__version__ = """))
    VersionIn = Left$(content, InStr(content, """") - 1)
End Function
