"""The weekly notice (督查通报): a week frozen, put into words, and set on paper.

``snapshot`` holds a week's facts as they were when they were frozen; ``compose`` puts them into the words of a notice
(``content``); ``render_pdf`` and ``render_docx`` set those words in the layout of GB/T 9704-2012, and the template
``notice/paper.html`` shows them on a screen. All of these are pure: the same snapshot and masthead give the same bytes.
"""
