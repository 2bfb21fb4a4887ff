// Opens the stores of all configured sessions, and closes the directory they lie in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/message_store.hpp"
#include "gateway/fix/session_settings.hpp"
#include "gateway/fix/store_directory.hpp"
#include "txn/io/files.hpp"

namespace tickweir::gateway::fix {

struct OpenedStores {
    std::unique_ptr<StoreDirectory> directory;          ///< none: numbers are in memory
    std::vector<std::unique_ptr<MessageStore>> stores;  ///< by SessionId
};

/// Throws std::runtime_error that names the directory or the session. What was repaired is logged.
/// `files` outlives what is returned.
OpenedStores open_stores(const FixSettings& settings, txn::io::Files& files, book::TimeNs now);

}  // namespace tickweir::gateway::fix
