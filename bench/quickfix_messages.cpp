#include "bench/quickfix_messages.hpp"

// QuickFIX's headers have exception specifications, which C++20 does not: whatever they include of
// the library comes first, so that only they are read without them.
#include <pthread.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <queue>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#define throw(...)
#include <quickfix/DataDictionary.h>
#include <quickfix/Message.h>
#undef throw

namespace tickweir::bench {

struct QuickFixMessages::Parts {
    FIX::Message read;
    FIX::Message written;
    std::unique_ptr<FIX::DataDictionary> dictionary;
    std::string text;
};

QuickFixMessages::QuickFixMessages(const std::string& dictionary)
    : parts_{std::make_unique<Parts>()} {
    if (std::filesystem::exists(dictionary))
        parts_->dictionary = std::make_unique<FIX::DataDictionary>(dictionary);
    auto& header = parts_->written.getHeader();
    header.setField(8, "FIX.4.4");
    header.setField(35, "8");
    header.setField(49, "TICKWEIR");
    header.setField(56, "CLIENT1");
    for (const int tag : {37, 11, 17, 150, 39, 55, 54, 38, 44, 32, 31, 151, 14, 6})
        parts_->written.setField(tag, "1");
}

QuickFixMessages::~QuickFixMessages() = default;

bool QuickFixMessages::has_dictionary() const {
    return parts_->dictionary != nullptr;
}

std::size_t QuickFixMessages::read(const std::string& text) {
    parts_->read.setString(text, true);
    return parts_->read.getField(11).size() + parts_->read.getField(55).size();
}

std::size_t QuickFixMessages::read_by_dictionary(const std::string& text) {
    const FIX::DataDictionary* const dictionary = parts_->dictionary.get();
    parts_->read.setString(text, true, dictionary, dictionary);
    dictionary->validate(parts_->read);
    return parts_->read.getField(11).size() + parts_->read.getField(55).size();
}

std::size_t QuickFixMessages::write(unsigned sequence, std::string_view id) {
    FIX::Message& message = parts_->written;
    message.getHeader().setField(34, std::to_string(sequence));
    message.getHeader().setField(52, "20261121-14:03:07.123");
    message.setField(11, std::string{id});
    message.setField(17, std::string{id});
    message.setField(31, "101.25");
    message.setField(32, std::to_string(sequence));
    return message.toString(parts_->text).size();
}

}  // namespace tickweir::bench
