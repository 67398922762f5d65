Attribute VB_Name = "KpiTexts"
Option Explicit
Option Private Module

' Texts for the user, from the add-in's own sheet: VBA source holds ASCII only. Columns: key, Japanese, English.

Private Const JAPANESE As Long = &H11
Private Const PRIMARY_LANGUAGE As Long = &H3FF
Private Const UI_LANGUAGE As Long = 2
Private Const COUNTRY_SETTING As Long = 1
Private Const JAPAN As Long = 81

Private texts As Collection

Public Function TextOf(ByVal key As String) As String
    If texts Is Nothing Then ReadTexts
    On Error Resume Next ' a key without a text shows as itself
    TextOf = key
    TextOf = texts.Item(key)
End Function

Private Sub ReadTexts()
    Dim table As Variant
    Dim row As Long
    Dim column As Long

    Set texts = New Collection
    table = ThisWorkbook.Worksheets(1).UsedRange.Value
    column = IIf(Language() = "ja", 2, 3)
    For row = LBound(table, 1) To UBound(table, 1)
        texts.Add CStr(table(row, column)), CStr(table(row, 1))
    Next row
End Sub

' Excel's own language; where it does not say (older Excel for Mac), the country in the system's settings.
Public Function Language() As String
    Dim code As Long

    Language = "en"
    On Error GoTo unknown
    code = Application.LanguageSettings.LanguageID(UI_LANGUAGE)
    If (code And PRIMARY_LANGUAGE) = JAPANESE Then Language = "ja"
    Exit Function
unknown:
    If Application.International(COUNTRY_SETTING) = JAPAN Then Language = "ja"
End Function
