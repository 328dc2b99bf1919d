;;; -*- lexical-binding: t -*-
;; Drives Emacs in batch mode through what a person would do, and writes down what they would see.
;; Loaded behind the snippets of docs/editors.md; `promscope-test-client' is `eglot' or `lsp'.
(require 'json)
(require 'cl-lib)

(defvar promscope-test-client)
(defvar promscope-seen nil)
(defconst promscope-workspace default-directory)

(defun promscope-see (what value)
  (push (cons what value) promscope-seen))

(defun promscope-wait (what found)
  "Wait until FOUND gives something, which is WHAT."
  (let ((deadline (+ (float-time) 30)) value)
    (while (not (setq value (funcall found)))
      (when (> (float-time) deadline) (error "There was no %s" what))
      (accept-process-output nil 0.05))
    value))

(defun promscope-ask (method &rest params)
  "Send a request as the client of the test does; answers are plists."
  (if (eq promscope-test-client 'eglot)
      (jsonrpc-request (eglot-current-server) (intern (concat ":" method)) params)
    (let ((json-object-type 'plist) (json-array-type 'vector) (json-key-type 'keyword))
      (json-read-from-string (json-encode (lsp-request method params))))))

(defun promscope-open (file)
  (find-file (expand-file-name file promscope-workspace))
  (unless (derived-mode-p 'yaml-mode) (yaml-mode))
  (if (eq promscope-test-client 'eglot)
      (unless (eglot-current-server) (call-interactively #'eglot))
    (lsp)
    (promscope-wait "connection" (lambda () (and (lsp-workspaces) (eq 'initialized (lsp--workspace-status (car (lsp-workspaces)))))))))

(defun promscope-findings ()
  "Messages of the findings that the client was told for this buffer."
  (if (eq promscope-test-client 'eglot)
      (progn
        (flymake-start)
        (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
    (let (messages)
      (maphash (lambda (path all)
                 (when (equal path (file-truename buffer-file-name))
                   (dolist (one all) (push (gethash "message" one) messages))))
               (lsp-diagnostics))
      messages)))

(defun promscope-document ()
  (list :uri (concat "file://" (file-truename buffer-file-name))))

(defun promscope-position (text)
  "Where TEXT ends."
  (goto-char (point-min))
  (search-forward text)
  (list :line (1- (line-number-at-pos)) :character (- (point) (line-beginning-position))))

(defun promscope-fix ()
  "The preferred fix of this buffer."
  (let* ((end (list :line (count-lines (point-min) (point-max)) :character 0))
         (actions (promscope-ask "textDocument/codeAction"
                                 :textDocument (promscope-document)
                                 :range (list :start '(:line 0 :character 0) :end end)
                                 :context '(:diagnostics [] :only ["quickfix"]))))
    (cl-find-if (lambda (action) (eq t (plist-get action :isPreferred))) actions)))

(defun promscope-apply (edit)
  "Apply the workspace EDIT through the client."
  (if (eq promscope-test-client 'eglot)
      (eglot--apply-workspace-edit edit)
    (let ((json-object-type 'hash-table) (json-array-type 'vector) (json-key-type 'string))
      (lsp--apply-workspace-edit (json-read-from-string (json-encode edit))))))

(defun promscope-sync ()
  "Tell the server of edits at once, as idle Emacs does."
  (when (eq promscope-test-client 'eglot) (eglot--signal-textDocument/didChange)))

(defun promscope-drive ()
  (promscope-open "rules/priority-2/latency.yaml")
  (promscope-see 'rules (vconcat (promscope-wait "finding in the rules" #'promscope-findings)))

  (promscope-open "monitors/service-x.yaml")
  (promscope-see 'monitor (vconcat (promscope-wait "finding in the monitor" #'promscope-findings)))
  (let (fix)
    (while (setq fix (promscope-fix))
      (promscope-apply (plist-get fix :edit))
      (promscope-sync)))
  (let ((inhibit-message t)) (save-buffer))
  (promscope-see 'mended (buffer-string))

  (promscope-open "rules/new.yaml")
  (insert "groups:\n- name: web\n  rules:\n  - alert: Busy\n    expr: http_requests_total > 0\n"
          "  - alert: Full\n    expr: queue_d\n")
  (promscope-sync)
  (promscope-see
   'completion
   (promscope-wait
    "completion of a metric"
    (lambda ()
      (let ((list (promscope-ask "textDocument/completion" :textDocument (promscope-document)
                                 :position (promscope-position "queue_d"))))
        (cl-loop for item across (plist-get list :items)
                 when (equal "queue_depth" (plist-get item :label)) return (plist-get item :label))))))
  (promscope-see
   'hover
   (promscope-wait
    "hover of a metric"
    (lambda ()
      (let* ((hover (promscope-ask "textDocument/hover" :textDocument (promscope-document)
                                   :position (promscope-position "http_req")))
             (text (plist-get (plist-get hover :contents) :value)))
        (and text (string-match-p "counter" text) text)))))

  (promscope-query "sum(up)")
  (promscope-see 'query (with-current-buffer "*promscope*" (buffer-string))))

(let ((inhibit-message nil))
  (condition-case problem (promscope-drive)
    (error (promscope-see 'problem (error-message-string problem)))))
(with-temp-file (getenv "PROMSCOPE_SEEN")
  (insert (json-encode promscope-seen)))
(set-buffer-modified-p nil)
(kill-emacs 0)
