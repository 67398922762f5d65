Attribute VB_Name = "KpiRibbon"
Option Explicit

' What the ribbon calls: labels in Excel's language, and one procedure that runs the Python function that a
' button names in its tag.

Private permits As Long

Public Sub RibbonLabel(control As IRibbonControl, ByRef returned As Variant)
    returned = TextOf(control.ID)
End Sub

Public Sub RibbonTip(control As IRibbonControl, ByRef returned As Variant)
    returned = TextOf(control.ID & "_tip")
End Sub

Public Sub RibbonRun(control As IRibbonControl)
    On Error GoTo failed
    If ActiveWorkbook Is Nothing Then
        Tell TextOf("vba_no_workbook")
        Exit Sub
    End If
    If Not FileExists(GetConfigFilePath()) Then
        Tell TextOf("vba_not_installed")
        Exit Sub
    End If
    permits = 2 ' one for RunPython, one for the procedure that it calls on Windows
    RunPython CommandFor(control.Tag)
    permits = 0
    Exit Sub
failed:
    permits = 0
    Tell Err.Description
End Sub

' No double quotes, no bars and none of the signs of cmd.exe: this text passes through a shell.
Public Function CommandFor(ByVal macro As String) As String
    CommandFor = "import xl_kpi.addin.ribbon_run as r; r.require('" & ADDIN_VERSION & "', '" & Language() & "'); " & _
        "import xlwings; import " & MACROS_MODULE & " as m; m." & macro & "(xlwings.Book.caller())"
End Function

' RunPython would run any text for anybody, also for a formula in a workbook that came by mail. It asks here
' first, and only a button of our ribbon has a permit to give.
Public Function TakePermit() As Boolean
    If permits > 0 Then
        permits = permits - 1
        TakePermit = True
    End If
End Function

Public Sub Tell(ByVal message As String)
#If Mac Then
    MsgBox message, vbExclamation, TextOf("ribbon_tab")
#Else
    ' MsgBox shows only the characters of the system's code page.
    CreateObject("WScript.Shell").Popup message, 0, TextOf("ribbon_tab"), vbExclamation
#End If
End Sub
