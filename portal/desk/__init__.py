"""The desk: every file that comes in or goes out passes here (导入导出).

A file is read in a limited child process, each row is judged before anything is written, the good
rows go in piece by piece, the others come back as a workbook with reasons.
"""
