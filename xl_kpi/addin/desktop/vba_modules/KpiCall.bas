Attribute VB_Name = "KpiCall"
Option Explicit
Option Private Module

' Calls Python for a worksheet function and turns what comes back into what a cell can hold.
'
' A cell never becomes 0 for want of an answer. Where Python can't be reached, a function gives the result it
' gave before for the same arguments; without one it gives #GETTING_DATA, which other formulas hand on.

Private Const PAUSE_SECONDS As Long = 30        ' after a failure, so that 1,000 cells do not wait 1,000 times
Private Const REMEMBERED_CELLS As Long = 400    ' calls with longer arguments are not remembered
Private Const REMEMBERED_RESULTS As Long = 5000
Private Const GETTING_DATA As Long = 2043
Private Const WIZARD_CLASS As String = "bosa_sdm_XL9"

#If Mac Then
#Else
Private Declare PtrSafe Function FindWindowEx Lib "user32" Alias "FindWindowExA" (ByVal owner As LongPtr, _
    ByVal after As LongPtr, ByVal className As String, ByVal title As String) As LongPtr
Private Declare PtrSafe Function GetWindowThreadProcessId Lib "user32" (ByVal window As LongPtr, _
    ByRef processId As Long) As Long
Private Declare PtrSafe Function GetCurrentProcessId Lib "kernel32" () As Long
#End If

Private pausedUntil As Date
Private memory As Object

Public Function CallPython(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim server As Object
    Dim number As Long
    Dim message As String

    If Now < pausedUntil Then
        CallPython = Former(functionName, arguments)
        Exit Function
    End If

    On Error GoTo unreachable
    Set server = XLPy()
    On Error GoTo failed
    ' The add-in, not the active workbook: xlwings looks for Python code in the sheets of the book it is given.
    CallPython = AsCells(server.CallUDF(FUNCTIONS_MODULE, functionName, arguments, ThisWorkbook, Application.Caller))
    On Error Resume Next ' what can't be remembered is still a result
    Remember functionName, arguments, CallPython
    Exit Function

failed:
    number = Err.Number ' other procedures may clear Err
    message = Err.Description
    If Not ConnectionLost(number) Then
        CallPython = ErrorNamedIn(message)
        Exit Function
    End If
unreachable:
    pausedUntil = Now + TimeSerial(0, 0, PAUSE_SECONDS)
    CallPython = Former(functionName, arguments)
End Function

Public Function NotComputed() As Variant
    NotComputed = CVErr(GETTING_DATA)
End Function

' True while the function wizard is open: it calls a function anew at each keystroke.
Public Function InWizard() As Boolean
#If Mac Then
    InWizard = False
#Else
    Dim window As LongPtr
    Dim processId As Long

    On Error GoTo unknown
    Do
        window = FindWindowEx(0, window, WIZARD_CLASS, vbNullString)
        If window = 0 Then Exit Function
        GetWindowThreadProcessId window, processId
    Loop Until processId = GetCurrentProcessId()
    ' Find and Replace has a window of this class as well, but leaves the commands enabled.
    InWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
unknown:
#End If
End Function

' The server process has ended or does not answer (462 and the RPC errors); every other error is Python's own.
Private Function ConnectionLost(ByVal number As Long) As Boolean
    Select Case number
        Case 429, 462, -2147023174, -2147023170, -2147417848, -2147418094, -2147221164
            ConnectionLost = True
    End Select
End Function

' --- What a cell can hold -------------------------------------------------------------------------------------

Public Function AsCells(ByVal found As Variant) As Variant
    Dim row As Long
    Dim column As Long

    If Not IsArray(found) Then
        AsCells = AsCell(found)
        Exit Function
    End If
    Select Case Dimensions(found)
        Case 1
            For column = LBound(found) To UBound(found)
                found(column) = AsCell(found(column))
            Next column
        Case 2
            For row = LBound(found, 1) To UBound(found, 1)
                For column = LBound(found, 2) To UBound(found, 2)
                    found(row, column) = AsCell(found(row, column))
                Next column
            Next row
    End Select
    AsCells = found
End Function

Private Function AsCell(ByVal found As Variant) As Variant
    Select Case VarType(found)
        Case vbString
            If Left$(found, 1) = "#" And ErrorNumber(found) <> 0 Then
                AsCell = CVErr(ErrorNumber(found))
            Else
                AsCell = found
            End If
        Case vbEmpty, vbNull
            AsCell = vbNullString ' Empty would show as 0
        Case Else
            AsCell = found
    End Select
End Function

Private Function Dimensions(ByVal found As Variant) As Long
    Dim highest As Long

    On Error GoTo done
    highest = UBound(found, 1)
    Dimensions = 1
    highest = UBound(found, 2)
    Dimensions = 2
done:
End Function

Private Function ErrorNumber(ByVal code As String) As Long
    Select Case code
        Case "#NULL!": ErrorNumber = 2000
        Case "#DIV/0!": ErrorNumber = 2007
        Case "#VALUE!": ErrorNumber = 2015
        Case "#REF!": ErrorNumber = 2023
        Case "#NAME?": ErrorNumber = 2029
        Case "#NUM!": ErrorNumber = 2036
        Case "#N/A": ErrorNumber = 2042
        Case "#GETTING_DATA": ErrorNumber = GETTING_DATA
        Case "#SPILL!": ErrorNumber = 2045
        Case "#CONNECT!": ErrorNumber = 2046
        Case "#BLOCKED!": ErrorNumber = 2047
        Case "#UNKNOWN!": ErrorNumber = 2048
        Case "#FIELD!": ErrorNumber = 2049
        Case "#CALC!": ErrorNumber = 2050
    End Select
End Function

' The last Excel error that a message of Python names; #VALUE! where it names none.
Public Function ErrorNamedIn(ByVal message As String) As Variant
    Dim code As Variant
    Dim place As Long
    Dim last As Long
    Dim found As String

    found = "#VALUE!"
    For Each code In Array("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!")
        place = InStrRev(message, code)
        If place > last Then
            last = place
            found = code
        End If
    Next code
    ErrorNamedIn = CVErr(ErrorNumber(found))
End Function

' --- Results given before -------------------------------------------------------------------------------------

Private Sub Remember(ByVal functionName As String, ByVal arguments As Variant, ByVal result As Variant)
    Dim key As String

    key = KeyOf(functionName, arguments)
    If key = "" Then Exit Sub
    If memory Is Nothing Then Set memory = CreateObject("Scripting.Dictionary")
    If memory.Count >= REMEMBERED_RESULTS Then memory.RemoveAll
    memory.Item(key) = result
End Sub

Private Function Former(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim key As String

    Former = NotComputed()
    If memory Is Nothing Then Exit Function
    key = KeyOf(functionName, arguments)
    If key = "" Then Exit Function
    If memory.Exists(key) Then Former = memory.Item(key)
End Function

' The function and the values of its arguments as one text; "" where there are too many to remember.
Private Function KeyOf(ByVal functionName As String, ByVal arguments As Variant) As String
    Dim parts As String
    Dim part As String
    Dim i As Long

    For i = LBound(arguments) To UBound(arguments)
        If TypeName(arguments(i)) = "Range" Then
            If arguments(i).Areas.Count > 1 Or arguments(i).CountLarge > REMEMBERED_CELLS Then Exit Function
            part = KeyOfValues(arguments(i).Value2)
        ElseIf IsObject(arguments(i)) Then
            Exit Function
        ElseIf IsMissing(arguments(i)) Then
            part = "left out"
        Else
            part = KeyOfValues(arguments(i))
        End If
        If part = "" Then Exit Function
        parts = parts & "(" & part & ")"
    Next i
    KeyOf = functionName & parts
End Function

Private Function KeyOfValues(ByVal values As Variant) As String
    Dim key As String
    Dim element As Variant
    Dim count As Long

    If Not IsArray(values) Then
        KeyOfValues = KeyOfValue(values)
        Exit Function
    End If
    key = LBound(values, 1) & ":" & UBound(values, 1)
    If Dimensions(values) = 2 Then key = key & "," & LBound(values, 2) & ":" & UBound(values, 2)
    For Each element In values
        count = count + 1
        If count > REMEMBERED_CELLS Then Exit Function
        key = key & ";" & KeyOfValue(element)
    Next element
    KeyOfValues = key
End Function

' The length before the text keeps "a;b" and "a", "b" apart.
Private Function KeyOfValue(ByVal element As Variant) As String
    If IsNull(element) Then
        KeyOfValue = "null"
    Else
        KeyOfValue = VarType(element) & "." & Len(CStr(element)) & "." & CStr(element)
    End If
End Function
