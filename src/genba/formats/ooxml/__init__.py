"""Office Open XML (ISO/IEC 29500): packages, drawings, diagrams and charts, shared by xlsx, docx and pptx."""
