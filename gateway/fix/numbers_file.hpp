// The two sequence numbers of a session on disk, and what its last Logon wanted: a small file of
// fixed size, written in place, so that it meets no full disk. Part of MessageStore.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "book/types.hpp"
#include "txn/io/files.hpp"

namespace tickweir::gateway::fix {

struct StoredNumbers {
    std::uint64_t generation = 1;  ///< one more with each reset
    book::TimeNs created{};        ///< when the numbers began anew
    std::uint64_t next_outbound = 1;
    std::uint64_t next_inbound = 1;
    /// What the last Logon said in 8013; nothing: nothing, or there was none.
    std::optional<bool> cancel_on_disconnect = {};
    friend bool operator==(const StoredNumbers&, const StoredNumbers&) = default;
};

/// Two copies, a sector apart, written in turn: a torn one leaves the one before it.
class NumbersFile {
public:
    struct Opened {
        std::unique_ptr<NumbersFile> file;
        StoredNumbers numbers;
        bool created = false;  ///< there was none
        bool lost = false;     ///< there was one of which neither copy is whole; it is kept beside
    };

    /// Opens the file of a folder. Where there is none, or none that can be read, it is made with
    /// `fresh`, durably.
    [[nodiscard]] static txn::io::Result<Opened> open(txn::io::Files& files,
                                                      const std::string& folder,
                                                      const StoredNumbers& fresh);

    /// Hands the numbers to the system: one write, no allocation. After an error the numbers
    /// written last stand.
    [[nodiscard]] txn::io::Result<void> write(const StoredNumbers& numbers);
    /// Makes durable what was written, here or by a process that was killed (`anyhow`).
    [[nodiscard]] txn::io::Result<void> sync(bool anyhow);

private:
    NumbersFile(std::unique_ptr<txn::io::File> file, std::uint64_t turn)
        : file_{std::move(file)}, turn_{turn} {}

    static txn::io::Result<void> make(txn::io::Files& files, const std::string& path,
                                      const StoredNumbers& fresh);

    std::unique_ptr<txn::io::File> file_;
    std::uint64_t turn_;  // of the copy that stands
    bool synced_ = true;
};

}  // namespace tickweir::gateway::fix
