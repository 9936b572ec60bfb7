#pragma once

/// Writes a body with imports of its own. True when every call succeeded.
bool neighbour_writes();
