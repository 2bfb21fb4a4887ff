// The newest reservation of each FIX session beside the log, as text with a checksum: the log is
// given up behind snapshots, and a session that is silent for long would lose what it rests on.
//
//   session NAME NUMBERING_NS BOUND LSN PLACE
//   end CHECKSUM
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/fix/number_reserve.hpp"
#include "txn/io/files.hpp"

namespace tickweir::gateway {

/// By the session's name.
using SessionBlocks = std::map<std::string, fix::NumberBlock, std::less<>>;

/// The later one counts: of a newer numbering, or with a higher bound of the same.
void add_newer(SessionBlocks& blocks, std::string_view name, const fix::NumberBlock& block);

std::string blocks_text(const SessionBlocks& blocks);
/// Reads what blocks_text writes; any bytes. Nothing if it is anything else.
std::optional<SessionBlocks> parse_blocks(std::string_view text);

/// "DATA/venue.sessions".
std::string blocks_path(const std::string& data);

struct ReadBlocks {
    SessionBlocks blocks;
    bool whole = false;  ///< false: there is no such file, or it is not as it was written
    std::string fault;   ///< what is wrong, with the path; empty where there is no file
};
ReadBlocks read_blocks(txn::io::Files& files, const std::string& data);
/// Durably, at once or not at all. What went wrong, or an empty text.
[[nodiscard]] std::string write_blocks(txn::io::Files& files, const std::string& data,
                                       const SessionBlocks& blocks);

}  // namespace tickweir::gateway
