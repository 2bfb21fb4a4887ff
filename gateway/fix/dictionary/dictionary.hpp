// The dictionary of FIX 4.4 that messages are validated with, embedded at build time from the XML
// beside this file.
#pragma once

#include <string_view>

namespace tickweir::gateway::fix {

/// The whole document, in the format of QuickFIX's dictionaries. Lives as long as the program.
std::string_view dictionary_xml();

}  // namespace tickweir::gateway::fix
