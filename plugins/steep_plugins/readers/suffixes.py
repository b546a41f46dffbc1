"""The suffixes of source code."""

from __future__ import annotations

CODE = (
    ".py", ".pyi", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".java", ".kt", ".scala", ".go", ".rs", ".c", ".h",
    ".cc", ".cpp", ".hpp", ".cs", ".swift", ".rb", ".php", ".pl", ".lua", ".r", ".jl", ".sh", ".bash", ".ps1", ".sql",
    ".vue", ".dart", ".ex", ".exs", ".erl", ".hs", ".clj", ".groovy", ".gradle", ".tf", ".proto", ".graphql",
)  # fmt: skip
