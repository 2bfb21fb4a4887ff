#include "gateway/fix/message_store.hpp"

#include <limits>
#include <utility>

namespace tickweir::gateway::fix {
namespace {

/// Above that of every file in a folder: what is left of earlier numbers is never taken for new.
txn::io::Result<std::uint64_t> fresh_generation(txn::io::Files& files, const std::string& folder) {
    const auto entries = files.list(folder);
    if (!entries) return entries.error();
    std::uint64_t highest = 0;
    for (const auto& entry : *entries) {
        if (const auto name = messages_name(entry.name))
            highest = std::max(highest, name->generation);
    }
    return highest + 1;
}

}  // namespace

MessageStore::MessageStore(book::TimeNs now) {
    numbers_.created = now;
    found_.created = true;
    found_.closed = true;
}

MessageStore::~MessageStore() {
    flush();
}

std::unique_ptr<MessageStore> MessageStore::without_files(book::TimeNs now) {
    return std::unique_ptr<MessageStore>{new MessageStore{now}};
}

txn::io::Result<std::unique_ptr<MessageStore>> MessageStore::open(StoreDirectory& directory,
                                                                  const std::string& name,
                                                                  const StoreLimits& limits,
                                                                  book::TimeNs now) {
    auto store = without_files(now);
    if (const auto opened = store->open_files(directory, name, limits, now); !opened)
        return opened.error();
    return store;
}

txn::io::Result<void> MessageStore::open_files(StoreDirectory& directory, const std::string& name,
                                               const StoreLimits& limits, book::TimeNs now) {
    txn::io::Files& files = directory.files();
    const std::string folder = directory.path() + '/' + name;
    if (const auto made = files.make_directories(folder); !made) return made;
    const auto generation = fresh_generation(files, folder);
    if (!generation) return generation.error();
    auto opened = NumbersFile::open(files, folder, {.generation = *generation, .created = now});
    if (!opened) return opened.error();
    found_.created = opened->created;
    found_.closed = opened->created || directory.was_closed();
    found_.numbers_lost = opened->lost;
    if (opened->lost)
        found_.text = folder + "/numbers: neither copy is whole; it is kept as numbers.damaged";
    numbers_ = written_ = opened->numbers;
    journal_ = std::make_unique<StoreJournal>(files, folder, limits, counts_);
    if (const auto found = journal_->recover(numbers_.generation, numbers_.created, found_);
        !found) {
        journal_.reset();
        return found;
    }
    numbers_file_ = std::move(opened->file);
    // Messages go to the disk before the numbers do, and instead of them.
    const StoredNumbers last = known();
    set_next_outbound(std::max(last.next_outbound, journal_->last_number() + 1));
    set_next_inbound(last.next_inbound);
    flush();
    return {};
}

// --------------------------------------------------------------------------- numbers

void MessageStore::set_next_outbound(std::uint64_t number) {
    if (numbers_.next_outbound == number) return;
    numbers_.next_outbound = number;
    unwritten_ = true;
    if (journal_ != nullptr && number <= journal_->last_number()) begin_generation();
}

void MessageStore::set_next_inbound(std::uint64_t number) {
    if (numbers_.next_inbound == number) return;
    numbers_.next_inbound = number;
    unwritten_ = true;
}

void MessageStore::set_cancel_on_disconnect(std::optional<bool> wanted) {
    if (numbers_.cancel_on_disconnect == wanted) return;
    numbers_.cancel_on_disconnect = wanted;
    unwritten_ = true;
}

void MessageStore::reset(book::TimeNs now) {
    numbers_.created = now;
    numbers_.next_outbound = 1;
    numbers_.next_inbound = 1;
    begin_generation();
}

/// The numbers are written first: a process that ends in between leaves files that the next one
/// knows to be left over.
void MessageStore::begin_generation() {
    ++counts_.resets;
    ++numbers_.generation;
    unwritten_ = true;
    (void)write_numbers();
    if (journal_ != nullptr) journal_->begin(numbers_.generation, numbers_.created);
}

/// The numbers as whoever opens the store would find them: the newest message is newer than the
/// file where its number is not below the file's next one.
StoredNumbers MessageStore::known() const {
    StoredNumbers known = written_;
    const LastMessage last = journal_ != nullptr ? journal_->last_written() : LastMessage{};
    if (last.number < known.next_outbound) return known;
    known.next_outbound = last.number + 1;
    if (last.next_inbound != 0) known.next_inbound = last.next_inbound;
    return known;
}

bool MessageStore::write_numbers() {
    if (!unwritten_ || numbers_file_ == nullptr) return true;
    const auto written = numbers_file_->write(numbers_);
    if (!written) {
        ++counts_.io_errors;
        failure_ = written.error();
        return false;
    }
    written_ = numbers_;
    unwritten_ = false;
    failure_.reset();
    return true;
}

// --------------------------------------------------------------------------- messages

/// What a message's record says of the inbound number: nothing where it has no room for that.
std::uint32_t MessageStore::inbound_to_say() const {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    return numbers_.next_inbound <= most ? static_cast<std::uint32_t>(numbers_.next_inbound) : 0;
}

Appended MessageStore::append(std::uint64_t number, std::string_view wire) {
    if (journal_ != nullptr) return journal_->append(number, inbound_to_say(), wire);
    ++counts_.not_kept;
    return Appended::not_kept;
}

std::optional<StoredMessage> MessageStore::next(std::uint64_t from, std::uint64_t to,
                                                std::size_t bytes_max, RangeRead& range) {
    if (journal_ != nullptr) return journal_->next(from, to, bytes_max, range);
    range.next = std::max(range.next, to + 1);
    return std::nullopt;
}

// --------------------------------------------------------------------------- the disk

void MessageStore::flush() {
    if (journal_ != nullptr) journal_->flush();
    if (unwritten_ && !failure_ && known() == numbers_) unwritten_ = false;
    (void)write_numbers();
}

void MessageStore::flush_sent() {
    if (journal_ != nullptr) journal_->flush();
    if (!unwritten_) return;
    StoredNumbers known_now = known();
    if (known_now.next_inbound < numbers_.next_inbound)
        known_now.next_inbound = numbers_.next_inbound;
    if (known_now != numbers_) (void)write_numbers();
}

bool MessageStore::close() {
    if (journal_ == nullptr) return true;
    const bool messages = journal_->sync();
    unwritten_ = unwritten_ || written_ != numbers_;
    if (!write_numbers()) return false;
    const auto synced = numbers_file_->sync(!found_.closed);
    if (!synced) {
        ++counts_.io_errors;
        failure_ = synced.error();
    }
    return messages && synced;
}

const std::optional<txn::io::IoError>& MessageStore::failure() const {
    return failure_ || journal_ == nullptr ? failure_ : journal_->failure();
}

}  // namespace tickweir::gateway::fix
