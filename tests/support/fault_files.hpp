// The twin of the machine's file system that lies in memory and misbehaves to order: it fails
// chosen operations, does things by halves, fills up, and loses at a crash whatever was not synced.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/cached_bytes.hpp"
#include "txn/io/files.hpp"

namespace tickweir::tests {

/// Relative paths begin at the root. Outlives its files and locks. Any thread may call.
///
/// Every call of a primitive is an operation, numbered from 0. A crash keeps a subset, chosen by a
/// seed, of what was not synced: sectors of files, lengths, and names that were made, moved or
/// removed in a directory that was not synced since. A rename is kept whole or not at all.
class FaultFiles final : public txn::io::Files {
public:
    FaultFiles();
    ~FaultFiles() override;

    template <class T>
    using Result = txn::io::Result<T>;
    using IoOperation = txn::io::IoOperation;

    Result<std::unique_ptr<txn::io::File>> open(const std::string& path,
                                                txn::io::OpenOptions options) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<std::vector<txn::io::DirectoryEntry>> list(const std::string& path) override;
    Result<void> sync_directory(const std::string& path) override;
    Result<txn::io::Space> free_space(const std::string& path) override;
    Result<std::unique_ptr<txn::io::DirectoryLock>> lock_directory(
        const std::string& path) override;

    /// Operations begun so far.
    std::uint64_t operations() const;

    /// The operation of this number fails, once. A write that fails has written half of its bytes;
    /// a sync that fails has given up what it was to write.
    void fail_at(std::uint64_t operation, int error_number);
    /// The next operation of a kind fails, once; `after` more of them go well before.
    void fail_next(IoOperation kind, int error_number, std::uint64_t after = 0);

    /// Power goes during the operation of this number: it and all that follow fail. What it was to
    /// write is among the unsynced; a sync has not happened.
    void stop_at(std::uint64_t operation);
    bool stopped() const;

    /// Power fails now (or has at `stop_at`) and comes back. Open files and locks are dead.
    void crash(std::uint64_t seed, Kept kept = Kept::any);

    /// The disk stalls: writes, syncs or preallocations of open files wait until they are let go.
    void hold(IoOperation kind);
    void let_go();
    /// Waits until a call waits.
    void wait_until_held() const;
    /// Whether one does.
    bool holds() const;

    /// Reads and writes do at most so many bytes a call.
    void limit_transfer(std::size_t bytes);
    /// Every n-th call on an open file is interrupted before it does anything; n at least 2.
    void interrupt_every(std::uint64_t n);
    /// How many bytes all files may have together; 256 MiB without it.
    void set_capacity(std::uint64_t bytes);
    /// Turns over one bit of a file; false if there is no such bit.
    bool flip_bit(const std::string& path, std::uint64_t bit);

    /// The bytes of a file as readers see them; nothing for no file.
    std::optional<std::vector<std::byte>> content(const std::string& path) const;

private:
    class OpenFile;
    class Lock;
    struct Node;
    using NodePointer = std::shared_ptr<Node>;

    /// Where a path leads: the directory and the last name in it.
    struct Place {
        NodePointer directory;
        std::string name;
        NodePointer node;  // what has the name, if anything has
    };

    /// A name made (to), removed (from) or moved (both), not durable yet.
    struct NameChange {
        NodePointer node;
        NodePointer from_directory;
        std::string from_name;
        NodePointer to_directory;
        std::string to_name;
    };

    /// What becomes of an operation: whether it has its effect, and what it answers.
    struct Verdict {
        bool happens = true;
        int error_number = 0;
    };

    // All below with the lock held.
    Verdict begin(IoOperation kind);
    bool interrupts();
    void pass(IoOperation kind);  // without the lock held
    Place find(const std::string& path, int& error_number) const;
    void change_name(NameChange change);
    static void make_durable(const NameChange& change);
    static void crash(Node& node, std::mt19937_64& random, Kept kept);
    std::uint64_t used() const;
    std::size_t room_for(const Node& node, std::uint64_t offset, std::size_t bytes) const;

    Result<bool> make_directory(const std::string& path) override;
    static bool leads_to(const Node& from, const Node& to);
    static int rename_refusal(const Place& source, const Place& target);

    mutable std::condition_variable held_changed_;
    mutable std::mutex mutex_;  // guards everything below and all nodes; nothing nests in it
    NodePointer root_;
    std::vector<NameChange> changes_;  // oldest first
    std::set<const Node*> locked_;
    std::uint64_t operations_ = 0;
    std::uint64_t epoch_ = 0;  // crashes so far; what was opened in an earlier one is dead
    std::uint64_t calls_on_files_ = 0;
    std::map<std::uint64_t, int> failures_;
    struct NextFailure {
        IoOperation kind;
        int error_number;
        std::uint64_t after;
    };
    std::vector<NextFailure> next_failures_;
    std::optional<std::uint64_t> stop_at_;
    bool stopped_ = false;
    std::optional<IoOperation> held_;
    unsigned holding_ = 0;  // calls that wait
    std::size_t transfer_limit_;
    std::uint64_t interrupt_every_ = 0;
    std::uint64_t capacity_ = std::uint64_t{256} << 20;
};

}  // namespace tickweir::tests
